"""The forges: GitHub, GitLab, and a folder for everybody else."""
