# language: fr
Fonctionnalité: Les chiffres de la journée

  Scénario: Une journée avec un appel de chaque sorte s’additionne
    Étant donné que nous sommes le lundi 16 novembre 2026 à 9 h
    Et que Claire est disponible à l’accueil
    Quand Awa appelle depuis le 06 39 98 12 34
    Et Awa raccroche
    Et Bruno attend un agent pour une route à Calais
    Et Claire prend l’appel de Bruno
    Et Claire décroche
    Et 3 minutes passent
    Et Claire raccroche
    Et Inès attend un agent pour une route à Calais, au 06 39 98 12 37
    Et Inès appuie sur 1, puis 1
    Et Karim attend un agent pour une route à Calais, au 06 39 98 12 38
    Et Karim appuie sur 2
    Et Karim laisse un message de 9 secondes
    Et Karim raccroche
    Et Inès rappelle
    Et Inès appuie sur 3, puis 1
    Et Inès raccroche
    Et 12 heures passent
    Et Lucie appelle depuis le 06 39 98 12 39
    Et Lucie raccroche
    Alors le rapport du jour compte ces appels
      | reçus                       | 6 |
      | répondus                    | 1 |
      | abandonnés                  | 1 |
      | rappels promis              | 1 |
      | messages vocaux             | 1 |
      | réorientés                  | 1 |
      | hors des heures             | 1 |
      | servis par le serveur vocal | 0 |
      | en cours                    | 0 |

  Plan du scénario: Raccrocher n’importe où dans les menus est compté
    Étant donné que Claire est déjà en ligne
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur <touches>
    Et raccroche
    Alors son appel est compté comme <issue>

    Exemples:
      | touches                   | issue      |
      | 2                         | abandonné  |
      | 2, puis 1                 | abandonné  |
      | 2, puis 1, puis 62000     | abandonné  |
      | 9                         | abandonné  |
      | 4, puis 2                 | réorienté  |
      | 4, puis 2, puis 62100     | abandonné  |
      | 2, puis 1, puis 62100, puis 1 | abandonné |

  Scénario: Le délai de réponse se lit dans le rapport
    Étant donné que Claire est disponible à l’accueil
    Et que Awa attend un agent pour une route à Calais
    Quand 50 secondes passent
    Et Claire prend l’appel d’Awa
    Et Claire décroche
    Et Claire raccroche
    Alors le rapport du jour compte ces appels
      | répondus                    | 1  |
      | répondus en une minute      | 1  |
      | attente moyenne en secondes | 50 |

  Scénario: Une réponse après une minute compte comme répondue, pas dans la minute
    Étant donné que Claire est disponible à l’accueil
    Et que Awa attend un agent pour une route à Calais
    Quand 90 secondes passent
    Et Claire prend l’appel d’Awa
    Et Claire décroche
    Et Claire raccroche
    Alors le rapport du jour compte ces appels
      | répondus               | 1 |
      | répondus en une minute | 0 |
