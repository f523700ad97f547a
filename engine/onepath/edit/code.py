"""The text of libcst's nodes."""

import libcst as cst


def code_of(node: cst.CSTNode) -> str:
    """The text of a node that belongs to no module, or stands for itself."""
    return cst.Module(body=[]).code_for_node(node)
