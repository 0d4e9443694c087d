# language: fr
Fonctionnalité: Les SMS du même numéro

  Scénario: Un SMS devient une demande, et son accusé porte la référence
    Étant donné que Awa a le 06 39 98 12 34
    Quand Awa envoie le SMS « il y a un nid de poule à Calais 62100 »
    Alors Awa reçoit le SMS « votre demande est enregistrée »
    Et Awa reçoit le SMS « code »

  Scénario: Répondre STOP arrête les SMS
    Étant donné que Awa a le 06 39 98 12 34
    Quand Awa envoie le SMS « STOP »
    Et Awa envoie le SMS « il y a un nid de poule à Calais 62100 »
    Alors Awa ne reçoit aucun SMS
