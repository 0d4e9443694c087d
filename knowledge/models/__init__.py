"""Tables of the knowledge. Private to this folder: everybody else goes through services and selectors."""

from knowledge.models.articles import Article, ArticleVersion, SearchIdentity

__all__ = ["Article", "ArticleVersion", "SearchIdentity"]
