"""A project read from disk, planned and written. Only this room and inject write into an output folder."""
