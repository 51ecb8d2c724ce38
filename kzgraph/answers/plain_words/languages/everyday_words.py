"""Everyday words of Russian, Kazakh, Turkish and Azerbaijani, each with the English word that asks the same.

A line is: English | in Cyrillic letters | in Latin letters. A star stands for any ending, ``~`` for a blank. Words
without an English one say nothing of what is asked. The words are those of questions; names come from the graph.
"""

from __future__ import annotations

from kzgraph.wording.names import folded

_LINES = """
who | кто кого кому кем кім кімдер | kim kimler kimin kimlər
what | что какой какая какое какие каких каков какова не қандай | ne neler nedir nə nədir
which | который* которые* каком какими какую қай қайсы | hangi* hansı*
when | когда қашан | ne~zaman nə~vaxt nə~zaman
where | где куда қайда | nerede nereye harada
why | почему зачем неге неліктен | neden niçin niye niyə nə~üçün
how many | сколько қанша неше | kaç neçə
how much | | ne~kadar nə~qədər
how | как қалай | nasıl necə
partners | партн* серіктес* әріптес* | ortak* ortağ* tərəfdaş* partnyor*
corridor | коридор* дәліз* | koridor* dəhliz*
companies | компани* фирм* компаниялар* | şirket* şirkət* firma*
use | использ* пользу* пайдалан* | kullan* istifadə
trade turnover | товарооборот* тауар~айналым* сауда~айналым* | ticaret~hacm* ticarət~dövriyyə*
trade | торгов* сауда* | ticaret* ticarət*
turnover | оборот* айналым* | dövriyyə*
oil | нефт* мұнай* | petrol* neft*
natural gas | газ газа газу газом газе газы | doğalgaz* doğal~gaz* qaz qazı təbii~qaz*
pipeline | трубопровод* нефтепровод* құбыр* | boru~hat* boru~hatt* boru~kəmər*
export | экспорт* | ihracat* ihraç* ixrac*
routes | маршрут* бағыт* | güzergah* güzergâh* marşrut*
port | порт порта порту портом порты портов | liman*
railway | железнодорож* желез*~дорог* теміржол* темір~жол* | demiryol* demir~yol* dəmiryol* dəmir~yol*
bridge | мост моста мосту мосты көпір* | köprü* körpü*
tunnel | тоннел* туннел* | tünel* tunel*
build | постро* строит* строят | yaptı yapıyor yapacak inşa* tikdi tikir tikinti*
visit | визит* посети* посеща* посещ* сапар* | ziyaret* ziyarət* səfər*
meet | встрет* встреча* встречи кездес* | görüş*
meeting | совещани* заседани* жиналыс* отырыс* | toplantı* iclas*
summit | саммит* | zirve* zirvə* sammit*
signed | подпис* | imzala*
agreement | соглашени* договор* келісім* | anlaşma* antlaşma* saziş* müqavilə*
memorandum | меморандум* | mutabakat memorandum*
president | президент* | cumhurbaşkan* prezident*
minister | министр* | bakan bakanı bakanlar* nazir*
said | сказал* заяви* айтты | söyledi dedi bildirdi
organisations | организаци* ұйым* | örgüt* teşkilat* təşkilat*
countries | стран* государств* мемлекет* елдер | ülke* devletler* ölkə* dövlətlər*
member | член* мүше* | üye* üzv*
owns | владе* принадлеж* иелен* | sahip* sahib* məxsus*
share | доля доли долю долей үлес* | hisse* pay payı paylar* səhm*
cargo | груз* жүк* | yük yükü yükler* kargo* yüklər*
volume | объём* объем* көлем* | hacim hacmi həcm*
plans | план* жоспар* | plan planı planlar*
projects | проект* жоба* | proje* layihə*
investment | инвестиц* | yatırım* investisiya* sərmayə*
war | войн* соғыс* | savaş* müharibə*
position | позици* ұстаным* | tutum* mövqe*
interests | интерес* мүдде* | çıkarlar* maraqlar*
documents | документ* құжат* | belge* sənəd*
authors | автор* | yazar* müəllif*
contradict | противореч* қайшы* | çeliş* ziddiyyət*
obstacles | препятств* барьер* кедергі* | engel* maneə*
participate | участв* участник* қатыс* | katıl* iştirak* qatıl*
recommend | рекоменд* ұсыныс* | tavsiye* tövsiyə*
and | и мен бен пен және | ve və
in | в во на | içinde
with | с со |
from | из от | itibaren
between | между арасында арасындағы | arasında arasındaki arasındakı
about | о об про туралы | hakkında haqqında barədə
through | через арқылы | üzerinden aracılığıyla vasitəsilə
after | после кейін | sonra
since | начиная бері | beri bəri
for | для үшін | için üçün
to | до к | qədər
January | январ* қаңтар* | ocak yanvar*
February | феврал* ақпан* | şubat* fevral*
March | март марта марте наурыз* | martta martda
April | апрел* сәуір* | nisan* aprel*
May | мая мае мамыр* | mayıs*
June | июн* маусым* | haziran* iyun*
July | июл* шілде* | temmuz* iyul*
August | август* тамыз* | ağustos* avqust*
September | сентябр* қыркүйек* | eylül* sentyabr*
October | октябр* қазан қазанда | ekim ekimde oktyabr*
November | ноябр* қараша* | kasım* noyabr*
December | декабр* желтоқсан* | aralık* dekabr*
| такой такая такое год году года годах был была были было есть это по ли же у жылы жылғы жыл болды бар ма ме |\
 yıl yılı yılında yılındaki il ildə ilində ile ilə da de bu oldu var etti eden edir etdi mi mı bir olan olarak
"""


def _read(lines: str) -> tuple[dict[str, str], dict[str, str]]:
    """The words in Cyrillic and in Latin letters, folded, each with its English one; beginnings end with a star."""
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for line in lines.replace("\\\n", "").strip().splitlines():
        english, *columns = (part.strip() for part in line.split("|"))
        for words, column in zip(found, columns, strict=True):
            for word in column.split():
                key = " ".join(f"{folded(part)}{'*' * part.endswith('*')}" for part in word.split("~"))
                words[key] = english
    return found


CYRILLIC, LATIN = _read(_LINES)
"""The words of each script, folded, with what they are in English."""
