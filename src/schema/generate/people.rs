//! Names of people, by country. A name after which `=` and letters a–z stand is written with those in an e-mail
//! address; the others lose their accents there.

/// The names of a country.
#[derive(Debug)]
pub(super) struct Country {
    /// Its two letters.
    pub(super) code: &'static str,
    /// Whether the family's name stands first.
    pub(super) family_first: bool,
    /// Names that parents choose.
    pub(super) given: &'static [&'static str],
    /// Names that families have.
    pub(super) family: &'static [&'static str],
}

/// The position of a country's names; the first country's for one that is not listed.
pub(super) fn country(code: &str) -> usize {
    COUNTRIES.iter().position(|country| country.code == code).unwrap_or(0)
}

/// A name as it is written, and as it is written in an address.
pub(super) fn both(name: &'static str) -> (&'static str, &'static str) {
    name.split_once('=').unwrap_or((name, name))
}

/// All countries with names.
#[rustfmt::skip]
pub(super) const COUNTRIES: &[Country] = &[
    Country { code: "US", family_first: false,
        given: &["James", "Mary", "Robert", "Patricia", "Michael", "Jennifer", "David", "Linda", "Emily", "Tyler",
            "Ashley", "Marcus", "Grace", "Ethan", "Olivia", "Jordan", "Hannah", "Carlos", "Naomi", "Wesley", "Tanya", "Kevin"],
        family: &["Smith", "Johnson", "Williams", "Brown", "Garcia", "Miller", "Davis", "Martinez", "Anderson", "Thomas",
            "Jackson", "Lee", "Thompson", "White", "Harris", "Clark", "Lewis", "Walker", "Young", "King", "Nguyen", "O'Connor"] },
    Country { code: "GB", family_first: false,
        given: &["Oliver", "Amelia", "Harry", "Isla", "George", "Ava", "Jack", "Freya", "Arthur", "Poppy", "Callum",
            "Imogen", "Rhys", "Niamh", "Ewan", "Zara", "Tom", "Beatrice", "Aisha", "Lewis"],
        family: &["Taylor", "Davies", "Evans", "Wilson", "Roberts", "Wright", "Hughes", "Green", "Hall", "Wood", "Clarke",
            "Patel", "Khan", "Campbell", "Stewart", "MacDonald", "Shaw", "Barker", "O'Neill", "Bell", "Turner"] },
    Country { code: "DE", family_first: false,
        given: &["Jonas", "Lena", "Lukas", "Anna", "Felix", "Mia", "Jörg", "Käthe", "Jürgen", "Sabine", "Björn", "Greta",
            "Moritz", "Frieda", "Emil", "Sören", "Annika", "Tobias", "Heike", "Çetin"],
        family: &["Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Becker", "Schäfer", "Koch", "Bauer", "Krüger",
            "Hofmann", "Schröder", "Köhler", "Weiß", "Jäger", "Vogel", "Böhm", "Yılmaz", "Winkler", "Großmann", "Lange"] },
    Country { code: "FR", family_first: false,
        given: &["Chloé", "Lucas", "Léa", "Hugo", "Manon", "Théo", "Inès", "Raphaël", "Zoé", "Gaël", "Aurélie", "François",
            "Océane", "Benoît", "Camille", "Maëlys", "Étienne", "Noémie", "Julien", "Amélie"],
        family: &["Martin", "Bernard", "Dubois", "Lefèvre", "Moreau", "Laurent", "Girard", "Mercier", "Lemaître", "Fontaine",
            "Rousseau", "Garçon", "Guérin", "Faure", "Chauvin", "Diallo", "Chevallier", "Bénard", "Perrot", "Meunier"] },
    Country { code: "ES", family_first: false,
        given: &["José", "Lucía", "Martín", "Sofía", "Álvaro", "Inés", "Íñigo", "Begoña", "Andrés", "Nuria", "Raúl",
            "Marta", "Javier", "Rocío", "Óscar", "Elena", "Ángel", "Pilar", "Hugo", "Carmen"],
        family: &["García", "Fernández", "González", "Rodríguez", "López", "Martínez", "Sánchez", "Pérez", "Gómez", "Muñoz",
            "Núñez", "Ibáñez", "Peña", "Vázquez", "Ramírez", "Iglesias", "Ortega", "Castaño", "Reyes", "Domínguez"] },
    Country { code: "PT", family_first: false,
        given: &["João", "Maria", "Tomás", "Inês", "Duarte", "Beatriz", "Gonçalo", "Leonor", "Afonso", "Matilde", "Simão",
            "Conceição", "Rui", "Graça", "Tiago", "Marta", "Nuno", "Ana"],
        family: &["Silva", "Santos", "Ferreira", "Pereira", "Oliveira", "Costa", "Gonçalves", "Araújo", "Simões", "Magalhães",
            "Conceição", "Guimarães", "Pinto", "Lourenço", "Antunes", "Vaz", "Brandão", "Mendes"] },
    Country { code: "BR", family_first: false,
        given: &["Luiz", "Fernanda", "Thiago", "Juliana", "Caio", "Larissa", "Antônio", "Letícia", "Márcio", "Vitória",
            "Rodrigo", "Aline", "Sebastião", "Débora", "Everton", "Patrícia", "Cauã", "Tainá", "Otávio", "Cecília"],
        family: &["Souza", "Oliveira", "Lima", "Almeida", "Ribeiro", "Carvalho", "Araújo", "Barbosa", "Rocha", "Nascimento",
            "Moraes", "Cardoso", "Teixeira", "Corrêa", "Batista", "Assunção", "Figueirêdo", "Xavier", "Freitas", "Conceição"] },
    Country { code: "PL", family_first: false,
        given: &["Łukasz", "Zofia", "Michał", "Agnieszka", "Paweł", "Małgorzata", "Jakub", "Grażyna", "Wojciech", "Żaneta",
            "Kacper", "Bożena", "Stanisław", "Hanna", "Grzegorz", "Iga", "Przemysław", "Dorota"],
        family: &["Nowak", "Wójcik", "Mazur", "Krawczyk", "Kaczmarek", "Zając", "Król", "Wróbel", "Dudek", "Pawlak", "Sikora",
            "Bąk", "Włodarczyk", "Szewczyk", "Gołąb", "Stępień", "Michalak", "Świątek", "Kołodziej", "Źrebiec"] },
    Country { code: "SE", family_first: false,
        given: &["Åsa", "Björn", "Linnéa", "Gustav", "Märta", "Göran", "Elin", "Håkan", "Saga", "Örjan", "Astrid", "Mårten",
            "Ebba", "Nils", "Tuva", "Åke"],
        family: &["Lindqvist", "Öberg", "Sjöström", "Bergström", "Åkesson", "Nyström", "Hellberg", "Sandström", "Ekström",
            "Löfgren", "Norén", "Björklund", "Håkansson", "Wallin", "Dahl", "Forsberg"] },
    Country { code: "TR", family_first: false,
        given: &["Çağla", "Emre", "Ayşe", "Mehmet", "Zeynep", "Oğuz", "Gülşen", "İbrahim", "Şebnem", "Kerem", "Elif", "Ömer",
            "Işıl", "Barış", "Tuğçe", "Yiğit"],
        family: &["Yılmaz", "Kaya", "Demir", "Çelik", "Şahin", "Yıldız", "Öztürk", "Aydın", "Özdemir", "Arslan", "Doğan",
            "Kılıç", "Çetin", "Koç", "Güneş", "Türkmen", "Uçar", "Işık"] },
    Country { code: "VN", family_first: true,
        given: &["Linh", "Thị Hương", "Văn Minh", "Thu Trang", "Đức Anh", "Ngọc Mai", "Quốc Huy", "Thanh Tâm", "Bảo Châu",
            "Hữu Phước", "Kim Ngân", "Tuấn Kiệt", "Mỹ Duyên", "Công Thành", "Diễm My", "Xuân Bách", "Thảo Vy", "Đình Phúc"],
        family: &["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"] },
    Country { code: "JP", family_first: true,
        given: &["陽菜=hina", "蓮=ren", "結衣=yui", "大翔=hiroto", "美咲=misaki", "悠真=yuma", "さくら=sakura", "健太=kenta", "恵子=keiko",
            "翔=sho", "葵=aoi", "直樹=naoki", "愛=ai", "拓海=takumi", "花子=hanako", "誠=makoto"],
        family: &["佐藤=sato", "鈴木=suzuki", "高橋=takahashi", "田中=tanaka", "伊藤=ito", "渡辺=watanabe", "山本=yamamoto",
            "中村=nakamura", "小林=kobayashi", "加藤=kato", "吉田=yoshida", "山田=yamada", "松本=matsumoto", "井上=inoue",
            "木村=kimura", "清水=shimizu"] },
    Country { code: "KR", family_first: true,
        given: &["서연=seoyeon", "민준=minjun", "지우=jiwoo", "도윤=doyun", "하은=haeun", "현우=hyunwoo", "수빈=subin", "준서=junseo",
            "유진=yujin", "지훈=jihoon", "은지=eunji", "태민=taemin", "나연=nayeon", "성호=sungho"],
        family: &["김=kim", "이=lee", "박=park", "최=choi", "정=jung", "강=kang", "조=cho", "윤=yoon", "장=jang", "임=lim", "한=han",
            "오=oh", "서=seo", "신=shin"] },
    Country { code: "IN", family_first: false,
        given: &["Aarav", "Priya", "Rohan", "Ananya", "Vikram", "Deepa", "Arjun", "Kavya", "Sanjay", "Meera", "Imran", "Lakshmi",
            "Nikhil", "Pooja", "Harpreet", "Sneha", "Rahul", "Fatima", "Karthik", "Divya"],
        family: &["Sharma", "Patel", "Singh", "Iyer", "Reddy", "Gupta", "Nair", "Khan", "Das", "Mehta", "Joshi", "Kaur", "Rao",
            "Banerjee", "Chatterjee", "Kulkarni", "Menon", "Bose", "Pillai", "Desai"] },
    Country { code: "NG", family_first: false,
        given: &["Chinedu", "Ngozi", "Emeka", "Adaeze", "Oluwaseun", "Folasade", "Ibrahim", "Aisha", "Tunde", "Yetunde", "Chiamaka",
            "Obinna", "Zainab", "Kelechi", "Ifeoma", "Babatunde", "Temitope", "Uche"],
        family: &["Okafor", "Adeyemi", "Okonkwo", "Balogun", "Eze", "Bello", "Nwosu", "Abubakar", "Ogunleye", "Obi", "Adebayo",
            "Musa", "Onyekachi", "Lawal", "Ìdòwú", "Nnamdi", "Ọlá", "Danjuma"] },
    Country { code: "UA", family_first: false,
        given: &["Олена=olena", "Тарас=taras", "Оксана=oksana", "Богдан=bohdan", "Ірина=iryna", "Андрій=andrii", "Соломія=solomiia",
            "Юрій=yurii", "Наталя=natalia", "Остап=ostap", "Дарина=daryna", "Михайло=mykhailo"],
        family: &["Шевченко=shevchenko", "Бондаренко=bondarenko", "Коваленко=kovalenko", "Ткаченко=tkachenko", "Олійник=oliinyk",
            "Лисенко=lysenko", "Мельник=melnyk", "Руденко=rudenko", "Савченко=savchenko", "Мороз=moroz", "Гончар=honchar",
            "Кравець=kravets"] },
    Country { code: "IS", family_first: false,
        given: &["Guðrún", "Sigríður", "Þóra", "Björk", "Ásta", "Kristín", "Æsa", "Hildur"],
        family: &["Jónsdóttir", "Sigurðardóttir", "Guðmundsdóttir", "Þorsteinsdóttir", "Magnúsdóttir", "Ólafsdóttir",
            "Björnsdóttir", "Árnadóttir"] },
];

/// Writes text in small letters a–z and digits, as addresses have it; what has no such form is left out.
pub(super) fn fold(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            'a'..='z' | '0'..='9' => out.push(letter),
            'A'..='Z' => out.push(letter.to_ascii_lowercase()),
            'ß' => out.push_str("ss"),
            'æ' | 'Æ' => out.push_str("ae"),
            'þ' | 'Þ' => out.push_str("th"),
            _ => {
                if let Some((_, plain)) = PLAIN.iter().find(|(accented, _)| accented.contains(letter)) {
                    out.push(*plain);
                }
            }
        }
    }
}

/// Letters with marks, and the letter without.
const PLAIN: &[(&str, char)] = &[
    ("áàâãäåāăąạảấầẩẫậắằẳẵặÁÀÂÃÄÅĄẤĀ", 'a'),
    ("çćčÇĆČ", 'c'),
    ("đďðĐÐ", 'd'),
    ("éèêëēęěẹẻẽếềểễệÉÈÊËĘỆ", 'e'),
    ("ğĞ", 'g'),
    ("íìîïīıịỉĩÍÌÎÏİ", 'i'),
    ("łŁľ", 'l'),
    ("ñńňÑŃ", 'n'),
    ("óòôõöøōőọỏốồổỗộớờởỡợơÓÒÔÕÖØỐỌƠ", 'o'),
    ("řŘ", 'r'),
    ("śşšŚŞŠ", 's'),
    ("ţťț", 't'),
    ("úùûüūůűųụủũứừửữựưÚÙÛÜƯ", 'u'),
    ("ýÿỳỵỷỹÝ", 'y'),
    ("źżžŹŻŽ", 'z'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_plain_form() {
        for country in COUNTRIES {
            for name in country.given.iter().chain(country.family) {
                let (shown, latin) = both(name);
                let mut plain = String::new();
                fold(latin, &mut plain);
                let letters = latin.chars().filter(|c| !matches!(c, ' ' | '\'' | '-')).count();
                assert!(plain.len() >= letters, "{} loses letters: {shown} {plain}", country.code);
            }
        }
    }
}
