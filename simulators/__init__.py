"""Stand-ins for outside services, each a real server speaking the real protocol over HTTP.

They know nothing of the product: what they check, they check from the provider's own documents.
"""
