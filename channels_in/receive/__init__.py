"""Taking what providers post: who sent it, has it come before."""
