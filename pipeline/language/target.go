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
	Portal         Target = "portal" // e-Otinish, another site or an app
	Visit          Target = "visit"  // an office, in person
	AnotherBody    Target = "another_body"
	Elsewhere      Target = "elsewhere" // the text does not tell, or tells it in words unknown here
)

// targetWords are the words for each target.
var targetWords = []struct {
	target   Target
	patterns string // apart by commas
}{
	{PrivateMessage, "директ*, личк*, личные сообщения, личном сообщении, личных сообщениях, лс, жеке хабарлама*, жеке хат*, direct messages, private message"},
	{Telephone, "позвоните, звоните, наберите, по телефону, телефон*, контакт-центр*, колл-центр*, горяч* лини*, диспетчер*, 109, 1414, 115, 112, " +
		"қоңырау, нөмірі*, байланыс орталығы*, жедел желі*, call"},
	{Portal, "e-otinish*, eotinish*, еотиниш*, еотініш*, egov*, портал*, сайт*, приложени*, бот*, ссылк*, онлайн, " +
		"қосымша*, сілтеме*, website, portal, app"},
	{Visit, "прием, приемн*, кабинет*, цон*, приходите, подойдите, подойти, отделение, отделения, қабылдау*, кабинет*, хқко*, барыңыз*, келіңіз*, visit, in person"},
	{AnotherBody, "министерств*, акимат*, управлени*, департамент*, отдел*, компетенци*, ведомств*, прокуратур*, полици*, суд, банк*, " +
		"министрлі*, әкімді*, басқарма*, департамент*, бөлім*, құзыр*, мекеме*, ұйым*, сот*, ministry, department"},
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
