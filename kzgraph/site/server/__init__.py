"""The pages and the data given by a server: asked anew each time, in workers with limits, and only read.

A request becomes a :class:`kzgraph.site.server.replies.PageRequest`, its answer is made in a process of its own
(:mod:`kzgraph.site.server.contents`), and what comes of it is a :class:`kzgraph.site.server.replies.Reply`.
"""
