"""Identifiers and dates in texts as people and offices write them: what is found, what is left alone."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from bacasable.privacy.redaction.identifiers import dates, recognise
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry

#: Values to find stand between brackets with their type; nothing else may be found. All are invented.
TEXTS = [
    "| tél. | [[PHONE:06 12 34 56 78]] | [[NIR:1 68 11 75 404 272 31]] |\n|[[PHONE:0612345679]]|",
    "Décision n° 12 – [[DATE:3 mai 2024]], note n° 3 – [[DATE:12/05/2024]]",
    "Naissance de l'enfant (acte du [[DATE:12 avril 2010]])",
    "Léa, née à Lyon (extrait d'acte du [[DATE:12 avril 2010]])",
    "Vu le [[DATE:1er novembre 2017]] : tension 12 ; à [[DATE:3 mai]] 20:30, [[DATE:4 mai]] 10 heures",
    "IP:[[IP:2001:0db8:85a3:0000:0000:8a2e:0370:7334]] puis [[IP:2001:db8:0:0:8:800:200c:417a]].",
    "Clôture du dossier. Mon nouveau n° : [[PHONE:0612345678]]",
    "Martin Dupont [[NIR:1 85 05 78 006 084 92]], Mme Durand ([[NIR:185057800608493]])",
    "un patient de 45 ans, [[NIR:185057800608492]] ; réf 185057800608492",
    "Nom;Date de naissance;Vu le\nDupont;[[DOB:12/03/1985]];[[DATE:13/04/2020]]\n\nle [[DATE:3/4/2020]];a;b",
    "Nom\tNé(e) le\tEntré le\nDupont\t[[DOB:12/03/1985]]\t[[DATE:01/02/2020]]",
    "Tél. [[PHONE:06 12 34 56 78]] ou [[PHONE:+33 (0)6 12 34 56 78]]",
    "Mobile : [[PHONE:06-12-34-56-78]] / fixe : [[PHONE:01/23/45/67/89]]",
    "Appelez le [[PHONE:0033 6 12 34 56 78]] ou le [[PHONE:0 800 123 456]]",
    "Joindre le [[PHONE:0800 12 34 56]], tél. portable [[PHONE:(+33)6.12.34.56.78]]",
    (
        "Numéro à La Réunion : [[PHONE:0262 41 23 45]], [[PHONE:+262 692 12 34 56]], Guadeloupe "
        "[[PHONE:+590 690 12 34 56]], Nouméa [[PHONE:+687 27 12 34]]"
    ),
    (
        "Suisse [[PHONE:+41 22 767 61 11]], Maroc [[PHONE:+212 6 12 34 56 78]], Algérie "
        "[[PHONE:00213 555 12 34 56]], Belgique [[PHONE:+32 2 123 45 67]]"
    ),
    "UK: [[PHONE:+44 20 7946 0958]] US [[PHONE:+1 (202) 555-0143]]",
    "tel:[[PHONE:0612345678]];",
    "TEL [[PHONE:06 12 34\n56 78]]",
    "tél [[PHONE:O6 l2 34 56 78]]",
    "téléphone : [[PHONE:0 6 1 2 3 4 5 6 7 8]]",
    "Votre NIR : [[NIR:1 85 05 78 006 084 91]].",
    "N° de sécurité sociale [[NIR:185057800608491]]",
    "NIR [[NIR:1850578006084]] sans clé",
    "sécurité sociale n° [[NIR:1 85 05 78 006 084]] (clé inconnue)",
    "N° SS : [[NIR:2 69 05 49 588 157 99]]",
    "numéro de sécu : [[NIR:2 6 9 0 5 4 9 5 8 8 1 5 7 8 0]]",
    "Assurée sociale sous le n° [[NIR:2.69.05.49.588.157-80]]",
    "NIR : [[NIR:l 85 05 78 006 O84 91]]",
    "NIR : [[NIR:1 85 05 78 006\n084 91]]",
    "Le [[NIR:2 69 05 2B 588 157 44]] est inscrit",
    "NIR [[NIR:1-85-05-78-006-084-91]], [[NIR:185 057 800 608 491]]",
    "numéro fiscal : [[SPI:30 23 217 600 053]] et télédéclarant : [[TAX_NOTICE:1234567]]",
    "SPI [[SPI:3023217600053]]",
    "Référence d'avis : [[TAX_NOTICE:23 75 1234567 89]]",
    "SIRET [[SIRET:356 000 000 12340]], SIREN [[SIREN:732 829 320]], RCS Paris B [[SIREN:732 829 320]]",
    "SIRET : [[SIRET:73282932000074]]",
    "entreprise immatriculée au RCS de Nanterre sous le numéro [[SIREN:732829320]]",
    "TVA intracommunautaire [[VAT:FR 44 732829320]], [[VAT:FR44732829320]]",
    "IBAN [[IBAN:FR76 3000 6000 0112 3456 7890 189]] BIC AGRIFRPP",
    "IBAN : [[IBAN:FR7630006000011234567890189]]",
    "iban [[IBAN:fr76 3000 6000 0112 3456 7890 189]]",
    (
        "[[IBAN:DE89 3704 0044 0532 0130 00]] et [[IBAN:GB29 NWBK 6016 1331 9268 19]], [[IBAN:BE68 "
        "5390 0754 7034]]"
    ),
    "RIB : [[IBAN:30006 00001 12345678901 89]]",
    "IBAN [[IBAN:FR76 3000 6000 0112 3456 7890 188]] (clé fausse)",
    "IBAN : [[IBAN:FR76 3OOO 6000 O112 3456 7890 189]]",
    "IBAN [[IBAN:FR76-3000-6000-0112-3456-7890-189]]",
    "IBAN : [[IBAN:F R 7 6 3 0 0 0 6 0 0 0 0 1 1 2 3 4 5 6 7 8 9 0 1 8 9]]",
    "IBAN [[IBAN:FR76 3000 6000\n0112 3456 7890 189]]",
    "carte bancaire [[CARD:4970 1012 3456 7890]] expirée",
    "CB [[CARD:4111 1111 1111 1111]], [[CARD:5500005555555559]], Amex [[CARD:3782 822463 10005]]",
    "Écrire à [[EMAIL:jean.dupont@mairie-lyon.fr]], [[EMAIL:prénom.nom+rsa@sous.domaine.gouv.fr]].",
    (
        "mail : [[EMAIL:marie.durand arobase orange.fr]] ou [[EMAIL:paul (at) free.fr]] ou "
        "[[EMAIL:paul[at]free[dot]fr]]"
    ),
    "Mon mail <[[EMAIL:a.b@c.fr]]>; mailto:[[EMAIL:x_y@z.org]]",
    "contact: [[EMAIL:DUPONT.JEAN@ORANGE.FR]]",
    "Sur Twitter [[HANDLE:@jean_dupont]] et Instagram : [[HANDLE:@marie.d75]]",
    "adresse IP [[IP:192.168.1.12]] puis [[IP:2001:db8:85a3::8a2e:370:7334]] et [[IP:fe80::1]]",
    "connexion depuis [[IP:82.64.12.201]] le [[DATE:12/03/2024]] à 10:32:45",
    "MAC [[MAC:00:1A:2B:3C:4D:5E]] ou [[MAC:00-1A-2B-3C-4D-5E]]",
    (
        "voir [[URL:https://www.linkedin.com/in/jean-dupont-123]] et "
        "https://www.service-public.fr/particuliers/vosdroits/F2882"
    ),
    "profil [[URL:https://facebook.com/jean.dupont]] ; site https://www.caf.fr/",
    "véhicule [[PLATE:AB-123-CD]] et [[PLATE:AB 123 CD]], plaque [[PLATE:ab 123 cd]], [[PLATE:AB123CD]]",
    "voiture immatriculée [[PLATE:1234 AB 56]], [[PLATE:123 ABC 2A]], [[PLATE:1234AB75]]",
    "N° allocataire : [[CAF:1234567]] ; allocataire CAF [[CAF:1234567A]] ; CAF n° [[CAF:1234567 B]]",
    "Numéro allocataire CAF [[CAF:1 234 567]]",
    (
        "identifiant France Travail : [[FT:1234567A]] ; n° Pôle emploi [[FT:12345678]]; identifiant "
        "pôle emploi [[FT:1234567 A]]"
    ),
    (
        "INE : [[INE:1234567890A]] ; INE [[INE:123456789AB]]; n° INE [[INE:0123456789X]]; numéro "
        "étudiant [[INE:21801234]]"
    ),
    "passeport n° [[PASSPORT:12AB34567]], passeport [[PASSPORT:20CV12345]]",
    (
        "carte nationale d'identité n° [[ID_CARD:123456789012]] ; CNI [[ID_CARD:X4RTBPFW4]]; CNI n° "
        "[[ID_CARD:0501 75 100 234]]"
    ),
    (
        "titre de séjour n° [[RESIDENCE_PERMIT:9912345678]] ; n° étranger "
        "[[RESIDENCE_PERMIT:7503123456]]; carte de séjour [[RESIDENCE_PERMIT:RX1234567]]"
    ),
    "permis de conduire n° [[DRIVING_LICENCE:123456789012]] ; permis [[DRIVING_LICENCE:13AA00002]]",
    "mutuelle MGEN, n° d'adhérent [[HEALTH_INSURER:12345678]]",
    "RPPS [[HEALTH_PROFESSIONAL:10001234567]] ; IPP [[PATIENT:0012345678]]",
    "né le [[DOB:12/03/1985]] à Lyon ; née le [[DOB:1er mars 1985]]",
    "Né à Lyon le [[DOB:3 mai 1970]], entré en France le [[DATE:4 juin 2001]]",
    "DDN : [[DOB:12.03.85]] ; Date de naissance [[DOB:1985-03-12]]",
    "M. Dupont (né en 1950), vu le [[DATE:12/03/2020]]",
    "Patient né le [[DOB:02/05/1948]], hospitalisé du [[DATE:03/01/2020]] au [[DATE:7 janvier 2020]]",
    "Date et lieu de naissance : [[DOB:12 JANVIER 1960]] à Oran (Algérie)",
    "né(e) le [[DOB:5 / 6 / 1999]]",
    "réunion du [[DATE:3 janv. 2020]] reportée au [[DATE:15 déc. 2020]], puis le [[DATE:3 mai]] prochain",
    "le [[DATE:1er MARS 2021]], le [[DATE:12-03-2021]], le [[DATE:12 03 2021]], [[DATE:2021/03/12]]",
    "le [[DATE:12/3/21]]",
    "La loi n° 78-17 du 6 janvier 1978 et le décret du 12 mai 2010 ; place du 8 mai 1945",
    "facture du [[DATE:12/03/2021]] n° 20210312 d'un montant de 12 345 678 €",
    "dossier n° 505531, référence 20639620, avis n° 10672925, n° 2021-123456",
    "article L. 262-2, R. 417-10, décret n° 2009-404, RNCP 34567, code ROME K1801, index 004512 m3",
    "tel que prévu par l'article 12 3 4 ; horaires 8h30 - 12h00, 14:00-17:30",
    "Population 67 413 000 habitants, budget 123 456 789 euros, 1 234 567,89 €",
    "75001 Paris, 69003 Lyon, 2019-2020, 2015 2016 2017 2018 2019 2020",
    "température 37.2, TA 12/8, version 1.2.3.4, ISO 27001:2013, section 4.1.2.3",
    "Le [[DATE:12 mars]], le 3e étage, 4 personnes, mai 2020, en 2020",
    "commande n° 1234567890, colis 6A12345678901, ISBN 978-2-07-036822-8, compteur n° 123456789",
    (
        "CENTRE HOSPITALIER - Service de cardiologie - IPP : [[PATIENT:8001234567]] - NDA "
        "[[PATIENT:123456789]]"
    ),
    (
        "Patient : M. DURAND Paul, né le [[DOB:02.04.1951]] (73 ans), NIR [[NIR:1 51 04 75 112 233 "
        "01]], tél [[PHONE:06.11.22.33.44]]"
    ),
    "Sécu : [[NIR:2 5 1 0 4 7 5 1 1 2 2 3 3 4 5]]",
    "N° Sécurité Sociale : [[NIR:2 51 04 75 112 233 / 45]]",
    "n° de sécurité sociale de la patiente : [[NIR:251047511223345]]",
    (
        "CR d'hospitalisation du [[DATE:12/01/2023]] au [[DATE:18/01/2023]]. TA 130/80 mmHg, FC 72, "
        "SpO2 98 %, 37°8, poids 82 kg, taille 1,75 m"
    ),
    "Hb 13,2 g/dl, plaquettes 250 000, créatinine 88 µmol/l, DFG 60 ml/min, CRP 12, leucocytes 8 500/mm3",
    "Kardégic 75 mg, Bisoprolol 2,5 mg 1-0-1, 3 fois par jour pendant 10 jours ; revoir dans 6 mois",
    (
        "Né le [[DOB:3 AVRIL 1948]], adressé par le Dr Martin (RPPS "
        "[[HEALTH_PROFESSIONAL:10003456789]]) le [[DATE:4 avril 2022]]"
    ),
    "Date de naissance ....... [[DOB:04/05/1960]]",
    "Date de naissance: [[DOB:04-05-1960]] Sexe: F",
    "Nom de naissance : DURAND, date d'entrée : [[DATE:12/05/2022]]",
    "Patiente de 45 ans (DDN [[DOB:12/12/1978]]), vue en consultation le [[DATE:3/4/23]]",
    "né le : [[DOB:12-janv-1956]]",
    "NÉ LE [[DOB:12 FÉVRIER 1956]] À PARIS",
    "née DUPONT le [[DOB:4 mars 1962]] à Brest",
    "Mme Z, née en 1962, opérée le [[DATE:5 juin 2019]]",
    "née le [[DOB:24 Décembre 1990]] et mariée le [[DATE:25 juin 2015]]",
    "enfants : Léo (né le [[DOB:01/02/2010]]) et Zoé ([[DOB:03/04/2012]])",
    "Contact : [[PHONE:+33 1 44 55 66 77]] (fixe), port. [[PHONE:0611223344]]",
    "Standard [[PHONE:01 44 55 66 00]] poste 4512",
    "Tél. : [[PHONE:06 11 22 33 44]] - [[PHONE:01 44 55 66 77]] ",
    "[[PHONE:06 11 22 33 44]]/[[PHONE:01 44 55 66 77]]",
    "Dupont;Jean;[[DATE:12/03/1985]];[[PHONE:0612345678]];75011;[[EMAIL:jean@dupont.fr]]",
    "Le nir est [[NIR:185057800608491]]; [[SIRET:73282932000074]]",
    "Compte n° [[IBAN:FR14 2004 1010 0505 0001 3M02 606]]",
    "Vous trouverez notre RIB : [[IBAN:20041 01005 0500013M026 06]]",
    "Virement sur [[IBAN:BE71 0961 2345 6769]] ou [[IBAN:CH93 0076 2011 6238 5295 7]]",
    (
        "Ma plaque est [[PLATE:GH-456-KL]], l'ancienne était [[PLATE:5678 XY 75]]; Renault Clio "
        "[[PLATE:gh456kl]]"
    ),
    "Clio immatriculée [[PLATE:FK 123 LM]], scooter [[PLATE:AA-229-AA]]",
    "le TGV 6789 AB 12 part à 12 h",
    "passeport français n° [[PASSPORT:08CK12345]] délivré le [[DATE:12/06/2018]]",
    "Titulaire du titre de séjour n° [[RESIDENCE_PERMIT:7512345678]] valable jusqu'au [[DATE:12/06/2025]]",
    "n° AGDREF [[RESIDENCE_PERMIT:9203012345]]",
    "demandeur d'emploi n° [[FT:7654321Z]], inscrit depuis le [[DATE:1er février 2024]]",
    "Identifiant Pôle Emploi : [[FT:7654321 Z]]",
    "Identifiant : [[FT:7654321Z]]",
    "Mon numéro allocataire est le [[CAF:7654321]] (CAF du Rhône)",
    "Numéro d'allocataire : [[CAF:7654321 W]]",
    "N° allocataire [[CAF:0 123 456]]",
    "facture n° 7654321 ; réf. 7654321Z ; commande 12345678",
    "CAF de l'Isère, 38000 Grenoble ; dossier CAF 2024",
    "La CAF a versé 1234567 euros ; CAF : 3 avenue des Tilleuls",
    "numéro fiscal [[SPI:12 34 567 890 123]]",
    "N° fiscal déclarant 1 : [[SPI:1234567890123]]",
    "Avis d'imposition 2023 sur les revenus 2022, n° FIP [[TAX_NOTICE:750123456789]]",
    "N° télédéclarant : [[TAX_NOTICE:7654321]]",
    "SIREN [[SIREN:552 100 554]] - SIRET [[SIRET:552 100 554 00013]] - APE 6420Z",
    "siret : [[SIRET:552 100 554 00014]]",
    "adresse ip [[IP:10.0.0.1]] version 10.2.3.4",
    "l'adresse MAC est [[MAC:a4:5e:60:c2:11:9f]]",
    "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000006797904/2021-01-01",
    "mon profil [[URL:https://www.instagram.com/marie.dupont75/]], pseudo [[HANDLE:@marie.dupont75]]",
    "Courriel : [[EMAIL:marie-claire.o'neil@ac-lyon.fr]] ; [[EMAIL:élodie.façade@numéricable.fr]]",
    "écrire à l'adresse suivante : [[EMAIL:contact@asso-loi1901.org]].",
    "mail= [[EMAIL:jean_marc.dupond@free.fr]],[[EMAIL:j2m@sfr.fr]]",
    "permis n° [[DRIVING_LICENCE:870975100123]]",
    "carte d'identité [[ID_CARD:870975100123]], CNI n°[[ID_CARD:D2H6862M2]]",
    "Mutuelle générale n° adhérent : [[HEALTH_INSURER:123 456 789]]",
    "Adhérent(e) n° [[HEALTH_INSURER:AB1234567]]",
    "INE : [[INE:070707070AA]] ; BEA [[INE:0AB12CD34E5]]",
    "Montants : 1 234 567 890 123 € ; 185 057 800 € ; 12,5 M€ ; 2 000 000 000 EUR",
    "Population légale 2021 : 2 145 906 habitants ; densité 20 359 hab./km2 ; altitude 28-131 m",
    "du 3 au [[DATE:5 mai 2021]] ; le 12 et le [[DATE:13 juin]]",
    "Paris, le X",
    "articles L262-2 et R131-12, alinéa 3 ; NOR : INTA2012345A ; JORF n°0123 du [[DATE:12 mai 2020]]",
    "numéro de série 123456789012 ; IMEI 356938035643809",
    "lot 2024-0012, marché n° 2021MA00012, délibération n° 2021-03-12-05",
    "Requête n° 2101234, jugement du [[DATE:14/06/2022]], n° RG 21/01234, CE, n° 329570",
    "parcelle AB 123, section ZC n° 45, lot 12, 3ème étage, bât. B, code 1234A",
    "horaires : 08 00 12 00 ; salle 12-34 ; 5-10 ans ; 2021-2022 ; 10/20 ; 3/4",
    "Tranche 0-10 000 ; 10 001-20 000 ; 20 001-30 000 ; 01 02 03 04 05 06",
    "2010 2011 2012 2013 ; 75 77 78 91 92 93 94 95 ; 1 2 3 4 5 6 7 8 9 10 11 12",
    "EAN 3017620422003 ; DOI 10.1000/182 ; ISSN 0378-5955 ; ISBN 9782070368228",
    "Point de livraison 19123456789012 ; n° PDL 12345678901234 ; RAE 30001234567890",
    "DATE DE NAISSANCE\n[[DOB:04/05/1960]]",
    "Mon n° de sécu est le [[NIR:1850578006084 91]], merci",
    "NIR [[NIR:1 85 05 78 006 084 clé 91]]",
    "numéro de sécurité sociale : [[NIR:1 85 05 78 006 084 - clé : 91]]",
    "[[NIR:1 85 05 78 006 084 (91)]]",
    "immatriculée à la sécurité sociale sous le [[NIR:2 69 05 49 588 157 80]]",
    "N° INSEE : [[NIR:269054958815780]]",
    "N° SECU [[NIR:26905 49588 15780]]",
    "NIR:[[NIR:l85O578OO6O849l]]",
    "SECURITE SOCIALE N° [[NIR:1 85 O5 78 OO6 O84 91]]",
    "n° s.s. [[NIR:1 85 05 78 006 084 92]]",
    "No SS [[NIR:1 85 05 78 006 084 92]]",
    "Assuré : [[NIR:1 85 05 78 006 084 91]]",
    ("mon identifiant fiscal est le [[SPI:3023217600053]] et celui de mon mari le [[SPI:30 23 217 600 061]]"),
    "n° fiscal [[SPI:3 0 2 3 2 1 7 6 0 0 0 5 3]]",
    "Numéro fiscal de référence [[SPI:30-23-217-600-053]]",
    "mon numéro caf [[CAF:1234567]] , [[CAF:7654321]]",
    "Allocataire : [[CAF:1234567]]",
    "dossier CAF n° [[CAF:1234567]]",
    "n° allocataire [[CAF:8 3 2 2 3 5 8]]",
    "Matricule allocataire : [[CAF:8322358 K]]",
    "allocataire numero [[CAF:8322358]]",
    "(n° CAF : [[CAF:8322358]])",
    "Caf du Nord - n° [[CAF:8322358]]",
    "n° de demandeur d'emploi : [[FT:1234567A]]",
    "numéro d'identifiant France Travail [[FT:12345678]]",
    "inscrit à Pôle emploi sous le n° [[FT:1234567 A]]",
    "inscrite à France Travail (identifiant [[FT:0123456B]]) depuis le [[DATE:2 mai 2023]]",
    "ID France Travail: [[FT:1234567a]]",
    "France Travail n°[[FT:1234567A]]",
    "Tél: [[PHONE:0 6 1 2 3 4 5 6 7 8]]",
    "Tél: [[PHONE:06 12 345 678]]",
    "joignable au [[PHONE:06.12.34.56.78]] ou [[PHONE:07.12.34.56.78]] après 18h",
    "numéro : [[PHONE:06 12 34 56 78]], le soir",
    "Port. [[PHONE:+33612345678]] / [[PHONE:+33 (0) 6 12 34 56 78]] / [[PHONE:0033612345678]]",
    "Tel.[[PHONE:0612345678]]/[[PHONE:0112345678]]",
    "tel [[PHONE:O6.l2.34.56.78]]",
    "[[PHONE:06 12 34 56 78]]",
    "appelez-moi [[PHONE:0612345678]]",
    "[[PHONE:+262 262 12 34 56]] ou [[PHONE:0692123456]] ou [[PHONE:+594 694 12 34 56]]",
    "[[PHONE:+33 1 23 45 67 89]] poste 12",
    "courriel : [[EMAIL:jean.dupont@\nfree.fr]]",
    "mail [[EMAIL:jean.dupont @ free.fr]]",
    "IBAN: [[IBAN:FR76 3OOO6OOOO1l234567890l89]]",
    "iban [[IBAN:FR763000600001123456789018]]",
    "BIC: AGRIFRPP IBAN [[IBAN:FR76 30006 00001 12345678901 89]]",
    "compte bancaire n° [[IBAN:12345678901]]",
    "né le [[DOB:12 mars 85]], né en mars 1985, né vers 1950",
    "Né(e) le : [[DOB:12/03/1985]] Lieu : Lyon",
    "née à Saint-Denis (974) le [[DOB:12 mars 1985]]",
    "né à Alger (Algérie), le [[DOB:12/03/1985]]",
    "Naissance : [[DOB:12.03.1985]] Paris 12e",
    "Ddn [[DOB:12/03/85]]",
    "M. X, 45 ans, [[DOB:12/03/1978]] (naissance)",
    "Date naissance [[DOB:1978-03-12]]",
    "Date de naissance du patient : [[DOB:12/03/1978]]",
    "Né.e le [[DOB:12/03/1978]] - Sexe : M",
    "ma fille Léa née le [[DOB:12/03/2015]] et mon fils Tom né le [[DOB:4/7/2018]]",
    "Mon mari (né [[DOB:12/03/1978]])",
    "Nom : DUPONT Prénom : Jean Né le : [[DOB:12/03/1978]] À : PARIS",
    "date de naissance (jj/mm/aaaa) : [[DOB:12/03/1978]]",
    "NÉ LE [[DOB:1ER MARS 1985]]",
    "né le [[DOB:l2/O3/1985]]",
    "fait le [[DATE:1 er mars 2021]]",
    "[[DATE:12/03/2020]]-[[DATE:15/03/2020]]",
    "Du [[DATE:12/03/2020]] au [[DATE:15/03/2020]] inclus",
    "hospitalisée le [[DATE:12.03.20]] pour",
    (
        "[[DATE:2 Fevrier 2021]], [[DATE:15 AOUT 2021]], [[DATE:3 décembre 2021]], [[DATE:3\nmai "
        "2021]], [[DATE:3 mai\n2021]]"
    ),
    "À Lyon, le [[DATE:3/5/2021]].",
    "vu le [[DATE:03/05/21]] à 14h30",
    "au [[DATE:31 décembre]] de l'année",
    "arrêté préfectoral du [[DATE:3 mai 2021]] portant obligation ; jugement du [[DATE:4 mai 2021]]",
    (
        "loi du 6 janvier 1978, ordonnance n° 2005-1516 du 8 décembre 2005, directive 95/46/CE du 24 "
        "octobre 1995, règlement (UE) 2016/679 du 27 avril 2016"
    ),
    "SIRET [[SIRET:732 829 320 00074]] ; SIREN [[SIREN:732829320]] ; N°SIRET:[[SIRET:73282932000074]]",
]

_MARK = re.compile(r"\[\[([A-Z_]+):((?:[^\[\]]|\[(?!\[)[^\]]*\](?!\]))*)\]\]")


def read(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the text without its marks, and what they mark."""
    text, place, spans = "", 0, []
    for mark in _MARK.finditer(marked):
        text += marked[place : mark.start()]
        spans.append((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        place = mark.end()
    return text + marked[place:], spans


def found(text: str, strict: bool = False) -> list[tuple[int, int, str]]:
    """Return what is found, a date inside a number left out."""
    numbers = recognise(text, registry(), strict)
    days = [day for day in dates(text) if not any(day.start < n.end and n.start < day.end for n in numbers)]
    return sorted((span.start, span.end, span.type) for span in [*numbers, *days])


@pytest.mark.parametrize("marked", TEXTS)
def test_what_is_marked_is_found_and_nothing_else(marked: str) -> None:
    text, spans = read(marked)
    show = {(text[start:end], key) for start, end, key in found(text)}
    assert show == {(text[start:end], key) for start, end, key in spans}
    assert found(text) == spans


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("NIR 1 85 05 78 006 084 91", True),
        ("NIR 1 85 05 78 006 084 92", False),
        ("allocataire 1234567", False),
        ("dossier n° 732829320", True),
        ("06 12 34 56 78", True),
        ("AB-123-CD", True),
        ("voiture ab 123 cd", False),
        ("@jean sur Twitter", False),
    ],
)
def test_strict_keeps_only_what_a_checksum_or_a_form_proves(text: str, kept: bool) -> None:
    assert bool(recognise(text, registry(), strict=True)) == kept


def test_a_wrong_key_in_context_is_less_sure_than_a_right_one() -> None:
    right, wrong = (recognise(f"NIR 1 85 05 78 006 084 {key}", registry())[0] for key in (91, 92))
    assert right.type == wrong.type == "NIR"
    assert right.confidence > wrong.confidence


def test_a_value_after_a_long_run_of_numbers_is_found() -> None:
    text = "1 2 3 4 5 6 7 8 9 0 " * 1_000 + " NIR 185057800608491"
    assert any(span.type == "NIR" and span.end == len(text) for span in recognise(text, registry()))


def test_the_sample_of_letters() -> None:
    """The public sample: a floor, so that a change for the worse is seen."""
    folder = os.environ.get("BACASABLE_DATA")
    path = Path(folder or "") / "privacy" / "admin_fr_letters_synth.jsonl"
    if not folder or not path.is_file():
        pytest.skip("BACASABLE_DATA names no folder with privacy/admin_fr_letters_synth.jsonl")
    kinds = {"NIR", "SPI", "SIRET", "IBAN", "PHONE", "EMAIL", "PLATE", "CAF", "FT", "DOB", "DATE"}
    right, expected, reported = Counter[str](), Counter[str](), Counter[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        letter = json.loads(line)
        truth = {(s["start"], s["end"], s["label"]) for s in letter["spans"] if s["label"] in kinds}
        seen = set(found(letter["text"]))
        for counter, spans in ((right, truth & seen), (expected, truth), (reported, seen)):
            counter.update(key for _, _, key in spans)
    for key in kinds:
        assert right[key] >= 0.99 * expected[key], key
        assert right[key] >= 0.99 * reported[key], key


def test_spans_are_plain_tuples_of_the_shared_type() -> None:
    assert isinstance(recognise("a@example.org", registry())[0], Span)
