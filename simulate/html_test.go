package simulate

import "testing"

// TestMarkup: whatever people write is text, and nothing in it is markup.
func TestMarkup(t *testing.T) {
	const emoji = `<i class="emoji" style="background-image:url('//telegram.org/img/emoji/40/F09F998F.png')"><b>🙏</b></i>`
	link := func(address, shown string) string {
		return `<a href="` + address + `" target="_blank">` + shown + `</a>`
	}
	for _, test := range []struct{ name, in, want string }{
		{"plain", "Су жоқ", "Су жоқ"},
		{"empty", "", ""},
		{"element", "<b>5 & \"6\"</b>", "&lt;b&gt;5 &amp; &quot;6&quot;&lt;/b&gt;"},
		{"exclamation", "Рахмет!", "Рахмет&#33;"},
		{"lines", "а\nб", "а<br/>б"},
		{"name", "@xq_demo_x, да", link("https://t.me/xq_demo_x", "@xq_demo_x") + ", да"},
		{"short name", "@abc да", "@abc да"},
		{"e-mail", "a@example.com", "a@example.com"},
		{"address", "см. https://t.me/xq_a b", "см. " + link("https://t.me/xq_a", "https://t.me/xq_a") + " b"},
		{"address at a line's end", "https://t.me/xq_a\nб", link("https://t.me/xq_a", "https://t.me/xq_a") + "<br/>б"},
		{"hostile address", `https://x"onclick=`, link("https://x&quot;onclick=", "https://x&quot;onclick=")},
		{"emoji", "да🙏!", "да" + emoji + "&#33;"},
		{"number sign and dash", "№5 — да", "№5 — да"},
	} {
		if got := string(markup(nil, test.in)); got != test.want {
			t.Errorf("%s: markup(%q) = %s, want %s", test.name, test.in, got, test.want)
		}
	}
}
