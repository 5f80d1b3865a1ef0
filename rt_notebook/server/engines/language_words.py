"""The small words and the special letters by which languages in Latin script are told apart."""

ENGLISH = "en"

WORDS = {
    ENGLISH: "a about after again all also am an and any are as at back be because been being between both but by call "
    "called can chinese could day did do does done english even every example find first for french from german "
    "get give good got go goes had has have he hello help her here him his hour how i if in into is it it's its "
    "just know language last let like long made make many may me mean means might minutes more most much must "
    "need never new next my no not now of off on one only or other our out over part people please really right "
    "said same say says second see sentence she should so some spanish speak still such sure take tell than "
    "thank that the their them then there these they thing think this those time to today too two under until "
    "up us use very want was way we well were what when where which while who why will with word words work "
    "would year yes yet you your",
    "de": "abend aber alle allerseits alles als am an antwort antwortet auch auf aus bei beim bereit bin bis bist "
    "bitte bitten da danke das dass dauert dein dem den der des deutsch die diese dieser dieses dir doch du durch "
    "ein eine einem einen einer er es euch eure fertig frage funktioniert für geht geht's gerne gibt grüße gut "
    "gute guten guter gutes habe haben hallo hast hat herzlich heute hier höre hören hört ich ihm ihn ihnen ihr "
    "ihre ihren im in ist ja jede jeder jetzt kann kannst kein keine können könnte lange leider liebe länger mach "
    "mache machen macht mehr mein mich mir mit morgen möchte möchten müssen nach nacht nein nicht nichts noch nur "
    "ob oben oder sag sagen schon schreiben schön sehen sehr seid sein servus sich sie sind sitzung so soll sollte "
    "spreche sprechen sprichst spricht später startet stimme tag tschüss um und uns unsere unter verbindung "
    "verbunden verstehe verstehen viel viele vielen von vor war warte warten wartet warum was weil welche welcher "
    "wenn wer werden wie wieder willkommen wir wird wo wollen wurde würde zeit zu zum zur über",
    "fr": "à alors au aujourd aussi avec avez bien bonjour bonsoir beaucoup c'est ça car ce ces cette chez comme "
    "comment d'un d'une dans de des donc du elle elles en est et été être eux faire fait il ils je j'ai la là "
    "le les leur lui ma mais merci mes moi mon ne non nos notre nous on ont où oui par pas peu plus pour "
    "pourquoi qu'il que quel quelle qui s'il sa salut sans se ses si son sont sur suis ta te tes toi ton tous "
    "tout très tu un une vos votre vous voici voilà y",
    "es": "a adiós al algo aquí buenas buenos bien como cómo con cual cuando de del desde días donde dónde el ella "
    "ellos en entre era es esa ese eso esta está están este esto estoy fue gracias ha hay hasta hola la las le "
    "lo los mañana más me mi mucho muchas muy nada ni no nos o otra otro para pero por porque qué que quién se "
    "sí si sin sobre son soy su sus también te tiene todo tu un una usted y ya yo",
    "it": "a al alla anche bene buongiorno buonasera che chi ci ciao come con cosa così da dal dalla de dei del della "
    "delle di dove e è ed era essere fa gli grazie ha hanno ho i il in io l'ho la le lei lo loro lui ma mi mia "
    "mio molto nel nella no noi non o oggi per perché più prego quando quello questa questo qui quindi se sei "
    "sì si siamo solo sono sta stai sto su suo ti tu tutti tutto un una uno va voi",
    "pt": "a à ao aos as até bem boa bom com como da das de dela dele depois dia do dos e é ela ele eles em entre era "
    "essa esse esta está estão este eu foi há isso isto já lhe mais mas me mesmo meu minha muito na não nas nem "
    "no nos nós o obrigada obrigado olá onde os ou para pela pelo por porque qual quando que quem se sem ser "
    "seu sim só sobre sua são também te tem tudo tu um uma você vocês",
    "nl": "aan al als alles ben bij bent dag dan dank dat de deze die dit doen door een en er ge geen gaat goed goede "
    "haar hallo heb hebben heeft het hem hier hij hoe ik in is ja je jij jullie kan kunnen maar me meer met mij "
    "mijn moet naar nee niet niets nog nu of om omdat onder ons ook op over te tot u uit uw van veel voor waar "
    "was wat we wel wie wij worden wordt zal ze zeer zich zij zijn zo zou",
    "pl": "a ale bardzo bez być było był była ci co czy dla do dobry dobrze dzień dziękuję dziś gdy gdzie go i ich ja "
    "jak jaki jako jest jestem jeszcze już kiedy kto która które który ma mam mi mnie może na nas nic nie niż o "
    "od on ona oni oraz po pod proszę przez przy się są tak także tam te tego tej ten to tu ty tylko w we "
    "wszystko z za że żeby",
    "tr": "ama ben bana bir biz bu çok çünkü da daha de değil diye en evet gibi hayır hem her için ile ise iyi kadar "
    "ki merhaba mi mı mu mü ne neden nasıl nerede o olan olarak oldu onlar sen siz sonra şey şu tamam teşekkür "
    "teşekkürler var ve veya ya yok zaman günaydın ederim",
    "sv": "alla att av de den det dig din du där efter ej eller en ett får från för god går gör ha han har hej här "
    "hon hur i icke igen ingen inte jag ja kan man med men mig min mitt mot mycket någon något nej nu när och "
    "om oss på så sig sin ska skulle som tack till under upp ut vad var vara vem vi vid vill är över",
    "da": "af alle at blev da de dem den der det dig din du efter eller en er et for fra få god har hej her hvad hvem "
    "hvis hvor hvordan i igen ikke ind jeg jer kan kom lige man mange med meget men mig min mod ned nej nogen "
    "noget nu når og også om op os på sig skal som tak til ud var ved vi vil være",
    "nb": "alle at av bare ble da de deg dem den denne der det din du eller en enn er et etter for fra få god ha han "
    "har hei her hun hva hvem hvis hvor hvordan i igjen ikke ingen jeg kan kunne man med meg mellom men min mot "
    "mye nå når nei noe noen og også om opp oss på seg skal slik som takk til ut var ved vi vil være",
    "fi": "ei eivät että en entä hän he hei hyvä hyvää hyvin ja jo joka jos kanssa kiitos koska kuin kuinka kun kyllä "
    "me mikä milloin minä minun missä mitä mukaan mutta myös nyt niin näin oli olen olet olla on ovat päivää se "
    "sekä sen sillä sinä sitä siis tai tämä tässä tuo vain voi",
    "cs": "a aby ale ano až bez bude by byl byla být co den děkuji do dobrý dobře jak jako je jejich jen ještě jeho "
    "jsem jsi jsme jsou já k kde kdo když která které který má mám mi mít na nebo než ne není o od po podle pro "
    "protože proč před při s se si ta tak také tady to ty u už v ve však vy z za že ahoj",
    "hu": "a az azt azonban csak de egy ez ezt én ha hogy hogyan hol igen is itt jó kell ki köszönöm lehet le már meg "
    "még mert mi mint minden most nagyon nem nincs ő ők olyan ott s sem szia szép te ti után vagy vagyok van "
    "volt",
    "ro": "a acest această am ale asta au bine bună ca că care ce cu cum da dar de din după e ea ei el este eu fi "
    "fost în încă la le lui mai mă mulțumesc mult noi nu o pe pentru poate sau se si și sunt te tu un unde unei "
    "unui va voi ziua",
    "id": "ada adalah akan aku anda apa atau baik bahwa banyak belum bisa bukan dalam dan dari dengan di dia harus "
    "halo hari ini itu jika juga kami kamu karena ke kepada kita lagi mereka oleh pada saya sangat sebagai "
    "selamat semua sudah tapi telah terima kasih tidak untuk yang",
    "vi": "anh bạn cảm chào các cái cho chúng có con của cũng đã đang đây để đến được em gì hay hôm không khi là làm "
    "lại mà mình một này nay nào ngày người như những nhiều nó ở ơn ra rất sẽ tại tên thì tôi trong từ và vào "
    "về với xin",
}
"""ISO 639-1 code -> words that are frequent in the language, each once; the more widely spoken language first."""

LETTERS = {
    "ß": ("de",),
    "ä": ("de", "sv", "fi"),
    "ö": ("de", "sv", "fi", "tr", "hu"),
    "ü": ("de", "tr", "hu"),
    "é": ("fr", "es", "pt", "hu", "cs"),
    "è": ("fr", "it"),
    "ê": ("fr", "pt"),
    "ç": ("fr", "pt", "tr"),
    "œ": ("fr",),
    "ñ": ("es",),
    "¿": ("es",),
    "¡": ("es",),
    "ó": ("es", "pl", "pt", "hu"),
    "í": ("es", "pt", "cs", "hu"),
    "ì": ("it",),
    "ò": ("it",),
    "ã": ("pt", "vi"),
    "õ": ("pt", "vi"),
    "ł": ("pl",),
    "ą": ("pl",),
    "ę": ("pl",),
    "ś": ("pl",),
    "ż": ("pl",),
    "ğ": ("tr",),
    "ş": ("tr",),
    "ı": ("tr",),
    "å": ("sv", "da", "nb"),
    "ø": ("da", "nb"),
    "æ": ("da", "nb"),
    "ř": ("cs",),
    "ě": ("cs",),
    "ů": ("cs",),
    "š": ("cs",),
    "č": ("cs",),
    "ő": ("hu",),
    "ű": ("hu",),
    "ț": ("ro",),
    "ș": ("ro",),
    "ă": ("ro", "vi"),
    "đ": ("vi",),
    "ơ": ("vi",),
    "ư": ("vi",),
}
"""Letter or mark -> the languages that use it."""
