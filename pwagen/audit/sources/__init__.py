"""Where the files of an audited site come from: a folder, a project, a server."""
