package simulate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// citizen gives somebody who writes on s: often somebody new.
func (r *Republic) citizen(d dice, s *source, b *body) *account {
	if len(s.people) > 3 && d.chance(0.25) {
		return pick(d, s.people)
	}
	who := &account{lang: "ru", woman: d.chance(0.55)}
	if d.chance(b.kazakh) {
		who.lang = "kk"
	}
	slot := func(name string) string { return r.phrases.slot(d, name, who.lang) }
	who.given, who.surname = slot("given_m"), slot("family_head")+slot("family_tail")
	if who.woman {
		who.given, who.surname = slot("given_f"), who.surname+"а"
	}
	r.namesake(d, s, who)
	who.name = who.given + " " + who.surname
	switch s.platform {
	case "legalacts": // the portal prints names in capitals, surname first
		who.name = strings.ToUpper(who.surname + " " + who.given)
	case "telegram":
		if d.chance(0.35) {
			who.handle = citizenHandle(d)
		}
	case "vk":
		who.number = vkPeople + d.Int64N(vkPersons)
	}
	if s.site != nil {
		who.handle, who.number = citizenHandle(d), sitePeople+d.Int64N(sitePeople)
	}
	s.people = append(s.people, who)
	return who
}

func citizenHandle(d dice) string { return fmt.Sprintf("xq_citizen_%d", d.between(100_000, 999_999)) }

// betray is a sentence in which a citizen gives away contacts or numbers.
func (r *Republic) betray(d dice, it *item, s *source) string {
	before := it.text
	r.disclose(d, it, s, pick(d, r.phrases.around[key{a: "private", b: it.lang}]))
	sentence := it.text
	it.text = before
	return sentence
}

// disclose fills a wording with identifiers and makes it the item's text.
func (r *Republic) disclose(d dice, it *item, s *source, wording string) {
	given := identifiers(d, s)
	it.text = r.phrases.fill(d, wording, it.lang, given)
	for slot, value := range given {
		if strings.Contains(wording, "{"+slot+"}") {
			it.private = append(it.private, value)
		}
	}
}

// identifiers draws what people give away about themselves.
func identifiers(d dice, s *source) map[string]string {
	handle := citizenHandle(d)
	profile := "https://t.me/" + handle
	switch {
	case s.platform == "vk":
		profile = fmt.Sprintf("https://vk.com/id%d", vkPeople+d.Int64N(vkPersons))
	case d.chance(0.4):
		profile = "https://www.instagram.com/" + handle
	}
	return map[string]string{
		"phone":   phone(d),
		"iin":     iin(d),
		"email":   fmt.Sprintf("%s%d@example.com", pick(d, []string{"tuman", "sagym", "elesik", "bulut"}), d.between(100, 9999)),
		"card":    pick(d, testCards),
		"handle":  "@" + handle,
		"profile": profile,
	}
}

// Planted lists, in order, every string on the pages that identifies an
// invented citizen: display names, handles, account numbers, profiles, phones,
// e-mails, personal and card numbers, as printed. None of them may be found in
// what is stored.
func (r *Republic) Planted() []string {
	planted := map[string]bool{}
	for _, s := range r.sources {
		for _, t := range s.threads {
			for _, it := range append([]*item{t.opener}, t.items...) {
				if it == nil || it.hidden || it.who.body != nil {
					continue
				}
				planted[it.who.name] = true
				if id := it.who.id(s); s.site != nil && id != "" {
					planted[id] = true
				}
				if it.who.handle != "" {
					planted[it.who.handle] = true
				}
				if it.who.number != 0 {
					planted[fmt.Sprint(it.who.number)] = true
				}
				for _, value := range it.private {
					planted[value] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(planted))
}

// phone draws a number of a block that is not given out, in one of the ways in
// which people write it.
func phone(d dice) string {
	a, b := d.IntN(100), d.IntN(100)
	switch d.IntN(5) {
	case 0:
		return fmt.Sprintf("+7 700 000 %02d %02d", a, b)
	case 1:
		return fmt.Sprintf("8 (700) 000-%02d-%02d", a, b)
	case 2:
		return fmt.Sprintf("8700000%02d%02d", a, b)
	case 3:
		return fmt.Sprintf("+7(700)000%02d%02d", a, b)
	default:
		return fmt.Sprintf("8-700-000-%02d-%02d", a, b)
	}
}

// testCards are the numbers that payment networks publish for tests.
var testCards = []string{
	"4111 1111 1111 1111", "4242424242424242", "5555 5555 5555 4444", "5105-1051-0510-5100", "4012888888881881",
}

// iin draws a personal number with a valid check digit, of a person who is not
// born yet: the two digits of the year are 70 to 99, the century is the 21st.
// Check digit after the order of Kazakhstan's classifier: weights 1 to 11, and
// 3, 4 … 11, 1, 2 where that gives 10; a number that gives 10 twice is not used.
func iin(d dice) string {
	for {
		digits := fmt.Sprintf("%02d%02d%02d%d%04d", d.between(70, 99), d.between(1, 12), d.between(1, 28), d.between(5, 6), d.IntN(10_000))
		if check := iinCheck(digits); check < 10 {
			return fmt.Sprintf("%s%d", digits, check)
		}
	}
}

func iinCheck(digits string) int {
	sum := func(shift int) int {
		total := 0
		for i := range 11 {
			total += int(digits[i]-'0') * ((i+shift)%11 + 1)
		}
		return total % 11
	}
	if check := sum(0); check < 10 {
		return check
	}
	return sum(2)
}
