"""The tools as a server of the Model Context Protocol, on stdin and stdout."""

from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations

import onepath
from onepath_cli.serve.calls import CommandRunner
from onepath_cli.serve.skill import skill
from onepath_cli.serve.tools import Tools

_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_LANDS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_WITHDRAWS = ToolAnnotations(read_only_hint=False, destructive_hint=True, open_world_hint=True)


def make_server(calls: CommandRunner) -> MCPServer:
    """Return the server; its session begins without any plan."""
    server = MCPServer("onepath", version=onepath.__version__, instructions=skill())
    tools = Tools(calls)
    reading = (
        tools.explain, tools.audit, tools.status, tools.plan_phases, tools.plan_rename,
        tools.changes, tools.refusals, tools.diff,
    )  # fmt: skip
    for tool in reading:
        server.tool(annotations=_READS)(tool)
    server.tool(annotations=_LANDS)(tools.apply)
    server.tool(annotations=_WITHDRAWS)(tools.roll_back)
    return server
