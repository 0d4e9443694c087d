"""Pure. The official geographic code: what is read, shipped and searched, before any database.

Sources: INSEE, *code officiel géographique* 2026; La Poste, postal codes; DGCL, EPCI; gathered in the
npm package ``@etalab/decoupage-administratif``. Licence Ouverte 2.0 (see ``data/README.md``).
"""
