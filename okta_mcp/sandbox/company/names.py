"""Stocks of common given and family names, by country, and how names are written there.

Persons are put together from these by a generator; nobody in particular is meant.
"""

from dataclasses import dataclass

__all__ = ["STOCKS", "Stock"]


@dataclass(frozen=True, slots=True)
class Stock:
    """Names of one country.

    Args:
        given: given names, the most frequent first.
        family: family names, the most frequent first.
        family_first: whether the family name comes first when the whole name is shown.
        two_families: whether people bear two family names.
        joined: whether second given names are joined with a hyphen.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False
    two_families: bool = False
    joined: bool = False


def _stock(
    given: str,
    family: str,
    *,
    family_first: bool = False,
    two_families: bool = False,
    joined: bool = False,
) -> Stock:
    # A tilde stands for the space within a name.
    first, last = (tuple(name.replace("~", " ") for name in names.split()) for names in (given, family))
    return Stock(first, last, family_first, two_families, joined)


STOCKS: dict[str, Stock] = {
    "US": _stock(
        "Michael Jennifer David Jessica James Ashley John Emily Robert Sarah Daniel Amanda Christopher Megan Matthew"
        " Brittany Joshua Lauren Andrew Nicole Ryan Stephanie Tyler Rachel Brandon Kayla Kevin Danielle Justin Hannah"
        " Aaron Olivia Ethan Madison Logan Grace Caleb Natalie Marcus Tiffany Darnell Keisha Miguel Valeria D'Andre",
        "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Anderson Taylor Thomas Moore"
        " Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Hill Scott"
        " Green Adams Baker Nelson Carter Mitchell Roberts Campbell Phillips Evans Turner Parker O'Connor McCarthy",
    ),
    "GB": _stock(
        "Oliver Olivia Harry Amelia Jack Isla George Ava Thomas Emily Charlie Sophie William Grace Henry Lily"
        " Alexander Freya Samuel Poppy Joseph Charlotte Edward Alice Benjamin Daisy Lewis Phoebe Callum Imogen"
        " Rhys Cerys Alasdair Eilidh Nigel Gemma Stuart Joanne Anil Priya Mohammed Aisha",
        "Smith Jones Taylor Williams Brown Davies Evans Wilson Thomas Roberts Johnson Lewis Walker Robinson Wood"
        " Thompson White Watson Jackson Wright Green Harris Cooper King Lee Martin Clarke James Morgan Hughes"
        " Edwards Hill Moore Ward Turner Patel Khan Begum Hussain MacDonald Fraser O'Neill St~John",
    ),
    "IE": _stock(
        "Conor Aoife Seán Saoirse Oisín Niamh Cian Ciara Pádraig Sinéad Darragh Róisín Fionn Gráinne Eoin Caoimhe"
        " Cormac Áine Declan Bríd Ruairí Siobhán Tadhg Orla Brendan Máire Donal Clodagh Lorcan Éabha",
        "Murphy Kelly O'Sullivan Walsh Smith O'Brien Byrne Ryan O'Connor O'Neill O'Reilly Doyle McCarthy Gallagher"
        " Doherty Kennedy Lynch Murray Quinn Moore McLoughlin O'Carroll Connolly Daly O'Connell Wilson Dunne Brennan"
        " Burke Collins Ó~Súilleabháin Ní~Dhónaill Mac~Gearailt",
    ),
    "DE": _stock(
        "Lukas Anna Leon Lena Finn Marie Jonas Laura Paul Julia Felix Sophie Maximilian Katharina Tim Lisa Jan Sarah"
        " Niklas Johanna Moritz Franziska Sebastian Christina Tobias Sabine Jürgen Jörg Günther Käthe Björn Anja"
        " Matthias Ute Stefan Claudia Emre Ayşe Mehmet Elif",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein"
        " Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier"
        " Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Weiß Yilmaz Kaya Demir von~Berg",
        joined=True,
    ),
    "FR": _stock(
        "Léo Emma Gabriel Jade Raphaël Louise Louis Alice Jules Chloé Adam Léa Lucas Inès Hugo Manon Arthur Camille"
        " Nathan Zoé Théo Sarah Antoine Élodie Nicolas Aurélie François Hélène Jean Françoise Benoît Anaïs Loïc"
        " Maëlle Mathieu Noémie Cédric Céline Rachid Fatima",
        "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux"
        " David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefebvre Faure"
        " André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier d'Arcy de~la~Tour Benali",
        joined=True,
    ),
    "ES": _stock(
        "Hugo Lucía Martín Sofía Lucas Martina Mateo María Leo Julia Daniel Paula Alejandro Valeria Pablo Emma"
        " Manuel Daniela Álvaro Carla Adrián Alba David Noa Mario Alma Diego Sara Javier Carmen Iván Inés Íñigo"
        " Begoña Jordi Montserrat Xosé Nerea",
        "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz"
        " Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano"
        " Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Peña",
        two_families=True,
    ),
    "BR": _stock(
        "Miguel Helena Arthur Alice Gael Laura Heitor Maria Theo Sophia Davi Manuela Gabriel Maitê Bernardo Liz"
        " Samuel Cecília João Isabella Pedro Luísa Lucas Eloá Matheus Heloísa Rafael Júlia Guilherme Beatriz Thiago"
        " Letícia Vinícius Larissa Antônio Fernanda José Camila Caio Raquel",
        "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins Carvalho"
        " Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques Machado"
        " Mendes Freitas Cardoso Ramos Gonçalves Santana Teixeira Araújo Conceição da~Cunha dos~Reis Magalhães",
        two_families=True,
    ),
    "NL": _stock(
        "Daan Emma Sem Julia Lucas Mila Levi Tess Finn Sophie Noah Zoë Milan Sara Bram Nora Luuk Yara Mees Eva Thijs"
        " Lotte Jesse Anouk Ruben Fleur Lars Femke Sander Marloes Joost Maaike Wouter Annelies Jeroen Saskia",
        "de~Jong Jansen de~Vries van~den~Berg van~Dijk Bakker Janssen Visser Smit Meijer de~Boer Mulder de~Groot Bos"
        " Vos Peters Hendriks van~Leeuwen Dekker Brouwer de~Wit Dijkstra Smits de~Graaf van~der~Meer Kok Jacobs"
        " Vermeulen van~den~Heuvel van~der~Veen van~den~Broek de~Bruijn van~der~Heijden Schouten 't~Hart",
    ),
    "PL": _stock(
        "Jakub Julia Antoni Zuzanna Jan Zofia Szymon Hanna Franciszek Maja Filip Lena Aleksander Alicja Mikołaj Maria"
        " Wojciech Oliwia Adam Aleksandra Kacper Natalia Michał Wiktoria Paweł Agnieszka Łukasz Małgorzata Stanisław"
        " Joanna Grzegorz Bożena Zbigniew Danuta",
        "Nowak Kowalczyk Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Mazur"
        " Jankowski Kwiatkowski Wojciechowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król"
        " Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek",
    ),
    "SE": _stock(
        "Erik Anna Lars Maria Karl Margareta Anders Elisabeth Johan Eva Per Kristina Nils Birgitta Mikael Karin"
        " Jan Elin Björn Åsa Göran Märta Håkan Linnéa Sören Ingrid Oskar Malin Jörgen Siv Ali Zahra",
        "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson"
        " Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Berg"
        " Axelsson Bergström Lundberg Lind Lundgren Mattsson Berglund Fredriksson Sandberg Åberg Öberg Sjöström",
        joined=True,
    ),
    "IN": _stock(
        "Aarav Ananya Vivaan Diya Aditya Saanvi Arjun Aadhya Rohan Priya Rahul Neha Amit Pooja Suresh Lakshmi Ravi"
        " Sunita Vijay Kavita Sanjay Deepa Anil Meera Karthik Divya Harpreet Simran Imran Farah Joseph Mary Arun Asha"
        " Manoj Rekha Nikhil Shreya Gopal Usha",
        "Kumar Sharma Singh Patel Gupta Reddy Nair Iyer Rao Das Joshi Mehta Shah Verma Mishra Pillai Menon Khan"
        " Chatterjee Banerjee Mukherjee Bose Kapoor Malhotra Chopra Agarwal Desai Kulkarni Patil Naidu Hegde Fernandes"
        " D'Souza Kaur Gill Ansari Sheikh Thomas Jain Bhat",
    ),
    "JP": _stock(
        "Haruto Himari Sota Hina Yuto Yui Haruki Sakura Riku Rin Kaito Aoi Ren Mei Hiroshi Yoko Takashi Keiko Kenji"
        " Yumi Naoki Akiko Daisuke Kaori Makoto Emi Satoshi Mika Tomoko Ryo",
        "Satō Suzuki Takahashi Tanaka Watanabe Itō Yamamoto Nakamura Kobayashi Katō Yoshida Yamada Sasaki Yamaguchi"
        " Matsumoto Inoue Kimura Hayashi Saitō Shimizu Yamazaki Mori Abe Ikeda Hashimoto Yamashita Ishikawa Nakajima"
        " Maeda Fujita Ogawa Gotō Okada Hasegawa Murakami Kondō Ishii Ōno",
        family_first=True,
    ),
    "CN": _stock(
        "Wei Fang Min Jing Lei Li Qiang Yan Jun Ying Yong Na Jie Juan Tao Xiuying Ming Hui Chao Xia Gang Ping Bo Hong"
        " Hao Ting Xin~Yi Zi~Han Yu~Xuan Jia~Hao Xiao~Ming Mei~Ling Guo~Dong Li~Hua",
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Gao Lin Luo Zheng Liang Xie Song Tang"
        " Han Feng Deng Cao Peng Zeng Xiao Tian Dong Yuan Pan Lü Jiang Cai Ouyang",
        family_first=True,
    ),
    "HU": _stock(
        "Bence Hanna Máté Anna Levente Zoé Dominik Luca Marcell Emma Dávid László Katalin Gábor Éva István Erzsébet"
        " Zoltán Ágnes Ferenc Ilona Péter Zsuzsanna András Judit Attila Mária Tamás Krisztina György Réka Ádám Kinga",
        "Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos Mészáros"
        " Oláh Simon Rácz Fekete Szilágyi Török Fehér Balázs Gál Kis Szűcs Kocsis Orsós Pintér Fodor Szalai Sipos"
        " Magyar Lukács Gulyás Bíró Király Katona László Fazekas Sándor Boros Kelemen Antal Somogyi Őri",
        family_first=True,
    ),
    "NG": _stock(
        "Chinedu Ngozi Emeka Chioma Oluwaseun Adaeze Tunde Funmilayo Ibrahim Aisha Musa Fatima Babatunde Yetunde"
        " Chukwuemeka Amaka Segun Folake Uche Nneka Ayodele Titilayo Obinna Ifeoma Abubakar Zainab Kelechi Blessing",
        "Okafor Adeyemi Okonkwo Balogun Eze Abubakar Nwosu Adebayo Ibrahim Ogunleye Chukwu Mohammed Obi Olawale"
        " Nwachukwu Bello Onyeka Afolabi Uzoma Lawal Igwe Akinwale Musa Okeke Danjuma Ademola Usman Anyanwu Oyelaran",
    ),
    "AE": _stock(
        "Mohammed Fatima Ahmed Mariam Ali Noura Omar Aisha Khalid Layla Hassan Huda Youssef Salma Abdullah Amal Saif"
        " Reem Hamad Shamma Ibrahim Dalal Tariq Zainab Rashid Hessa Karim Rania Abdul~Rahman Nour",
        "Al-Mansoori Al-Hashimi Al-Farsi Al-Zaabi Haddad Khoury Nasser Saleh Al-Sayed El-Masry Hamdan Al-Shamsi Abboud"
        " Darwish Kassem Mansour Al-Amri Bin~Rashid Sabbagh Najjar Al-Balushi Qureshi Farouk Aziz Bakri Halabi Rahman"
        " Shaheen Al-Khatib Tahir",
    ),
}
