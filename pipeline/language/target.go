package language

import (
	"strings"
	"sync"
)

// Target is where a redirect sends the person.
type Target string

// The targets, in the order in which the first that is named wins.
const (
	PrivateMessage Target = "private_message"
	Telephone      Target = "telephone"
	Portal         Target = "portal"       // e-Otinish, another site or an app
	Visit          Target = "visit"        // an office, in person
	AnotherBody    Target = "another_body" // of the state or not: a bank, a notary, an employer
	Elsewhere      Target = "elsewhere"    // the text does not tell, or tells it in words unknown here
)

// targetWords are the words for each target.
var targetWords = []struct {
	target   Target
	patterns string // apart by commas
}{
	{PrivateMessage, "директ|директе|директка|директке|директтен|direct, личк*, личные сообщения, личном сообщении, личных сообщениях, личным сообщением, " +
		"в переписке, лс, лс-ке, жеке хабарлама*, жеке хат*, жекеге, direct message*, private message*"},
	{Telephone, "позвоните, звоните, звонить, дозвонитесь, наберите, набирайте, перезвон*, по телефону, телефон|телефоны|телефону, " +
		"контакт-центр*, колл-центр*, горяч* лини*, прям* лини*, диспетчер*, оставьте номер, линия 111, 101, 102, 103, 104, 109, 111, 112, 115, 1406, 1414, 1424, " +
		"қоңырау*, нөміріне, нөмірге, нөміріңізді қалдыр*, байланыс орталығы*, жедел желі*, тікелей желі*, call|dial|phone|hotline"},
	{Portal, "e-otinish*, eotinish*, еотиниш*, еотініш*, egov*, enbek*, kz, портал*, сайт*, приложени*, бот|боты|боту|бота|ботқа|боттан, чат-бот*, " +
		"телеграм-бот*, telegram-бот*, ссылк*, онлайн*, платформ*, форм*, кабинет на, на почту, системе, жүйесінен, қосымша*, сілтеме*, " +
		"website, portal, app, form|link"},
	{Visit, "прием|приеме|приему, приемн*, қабылдауға, қабылдауына, кабинет*, *кабинетке, *кабинетіне, цон*, приходите, приезжайте, подойдите, подойти, сходите, лично, " +
		"отделение, отделения, канцеляр*, кеңсеге, окно|окна, хқко*, барыңыз*, келіңіз*, фронт-офис*, visit, in person, reception"},
	{AnotherBody, "министерств*, акимат*, управлени*, департамент*, отдел|отдела|отделу|отделе, компетенци*, ведомств*, прокуратур*, полици*, police, " +
		"суд|суда|суде|судебн*, банк*, налогов*, инспекци*, инспектор*, комитет*, комисси*, служб*, центр*, агентств*, военкомат*, загс*, рагс*, консульств*, " +
		"омбудсмен*, антикор*, антикоррупц*, экологи*, дорожник*, участков*, нотариус*, юрист*, маслихат*, палат*, совет|совета|совету, жюри, дирекци*, деканат*, " +
		"школ*, классн* руководител*, врач*, педиатр*, регистратур*, касс|касса|кассы|кассу, авиакомпани*, перевозчик*, провайдер*, оператор*, застройщик*, " +
		"подрядчик*, компани*, кооператив*, работодател*, поставщик*, организатор*, администратор*, управляющ*, собрани*, кск, оси, казавтожол*, " +
		"железн* дорог*, к ним, к нему, у него, " +
		"министрлі*, әкімді*, басқарма*, бөлімі*, бөліміне, құзыр*, мекеме*, ұйым*, сот|сотқа|соты, салық*, инспекция*, комиссия*, қызметі*, орталығы*, орталықта*, " +
		"прокуратура*, омбудсмен*, нотариус*, заңгер*, мәслихат*, палата*, деканат*, мектеп*, жетекші*, дәрігер*, тасымалдаушы*, провайдер*, операторы*, " +
		"құрылыс компания*, компания*, жұмыс беруші*, әкімші*, жолшы*, қазавтожол*, қорғаныс бөлімі*, ахаж*, пик, қорықшы*, салушы*, шекара қызмет*, " +
		"ministry, department, inspectorate, office, court, consulate, company, notary, landlord, operator, provider, employer"},
}

var targets = sync.OnceValue(func() *phrases {
	p := newPhrases()
	for i, t := range targetWords {
		for pattern := range strings.SplitSeq(t.patterns, ", ") {
			if err := p.add(i, pattern); err != nil {
				panic(err) // Unreachable: the patterns are above, and tested.
			}
		}
	}
	return p
})

// RedirectTarget tells where a reply of class [Redirect] sends the person.
func RedirectTarget(text string) Target {
	best := len(targetWords)
	targets().find(strings.Fields(Fold(text)), func(i int) { best = min(best, i) })
	switch {
	case strings.Contains(text, "‹phone›"):
		best = min(best, 1)
	case best == len(targetWords):
		return Elsewhere
	}
	return targetWords[best].target
}
