package registry

// invalid lists the problems of each folder testdata/invalid-*, as
// file:line:column: reason.
var invalid = map[string][]string{
	"account-evidence-missing": {
		"bodies/wells.yaml:11:15: evidence is missing: say where this was seen, or that it is general knowledge",
	},
	"account-id-missing": {
		"bodies/wells.yaml:9:9: id is missing: give the handle or number that the platform shows",
	},
	"account-platform": {
		`bodies/wells.yaml:8:15: platform "pigeon" is not known: it is one of alaveteli, bluesky, dataegov, dialog, discourse, disqus, epetition, facebook, feed, froide, govkz, instagram, legalacts, mastodon, ok, open311, qapage, selectors, telegram, tiktok, ukwq, vk, wordpress, x, youtube`,
	},
	"account-taken": {
		"bodies/wells.yaml:9:9: account already speaks for body lighthouses at the same time: remove one, or end one before the other begins",
	},
	"account-twice": {
		"bodies/wells.yaml:13:9: account already speaks for body wells at the same time: remove one, or end one before the other begins",
	},
	"active-unverified": {
		"bodies/wells.yaml:12:17: an unverified source is not visited: check it and set confidence: verified, or set status: import",
	},
	"alias-twice": {
		`bodies/wells.yaml:7:18: alias "Wells" is empty or listed twice: remove it`,
	},
	"allow-loopback": {
		"bodies/wells.yaml:14:21: allow_loopback is for a source on this machine, and t.me is not: remove it",
	},
	"anchor": {
		"bodies/wells.yaml:3:7: anchors, aliases and tags are not used here: write the value out",
		"bodies/wells.yaml:7:7: anchors, aliases and tags are not used here: write the value out",
	},
	"calendar-column-counts-characters": {
		`calendar.csv:2:40: known_from "soon" is not a date: write it as 2024-12-31, or leave it empty when known before the year began`,
	},
	"calendar-columns": {
		"calendar.csv:1:1: not readable as CSV with the columns date,kind,is_working,name,basis,known_from: wrong number of fields",
	},
	"calendar-date": {
		`calendar.csv:2:1: "01.01.2024" is not a date: write it as 2024-12-31`,
	},
	"calendar-empty": {
		"calendar.csv:1:1: the calendar has no day: fill it or remove the file",
	},
	"calendar-fields": {
		"calendar.csv:2:1: not readable as CSV with the columns date,kind,is_working,name,basis,known_from: wrong number of fields",
	},
	"calendar-header": {
		"calendar.csv:1:1: the first line must be date,kind,is_working,name,basis,known_from",
	},
	"calendar-known-order": {
		"calendar.csv:3:45: known_from stands after 2023-12-01: order the rows of one date by known_from",
	},
	"calendar-order": {
		"calendar.csv:3:1: 2024-01-01 stands after 2024-05-05: order the rows by date",
	},
	"calendar-quote": {
		`calendar.csv:2:27: not readable as CSV with the columns date,kind,is_working,name,basis,known_from: extraneous or missing " in quoted-field`,
	},
	"calendar-twice": {
		"calendar.csv:3:1: 2024-01-01 is already in the row before: keep one, or give this row the day from which it was known",
	},
	"calendar-words": {
		`calendar.csv:2:12: kind "" must be a word in lower case, such as holiday or working_weekend`,
		"calendar.csv:2:15: name is missing: say what the day is",
		"calendar.csv:2:16: basis is missing: name the act, or the source that says so",
		`calendar.csv:2:17: known_from "soon" is not a date: write it as 2024-12-31, or leave it empty when known before the year began`,
	},
	"calendar-working": {
		`calendar.csv:2:20: is_working "no" must be 1 on a working day and 0 on a day off`,
	},
	"calendar-year-missing": {
		"calendar.csv:3:1: no row of the year 2024: a calendar covers every year between its first and its last",
	},
	"confidence": {
		`bodies/wells.yaml:12:17: confidence "sure" must be one of verified, unverified`,
	},
	"country-code": {
		`country.yaml:1:7: code "Tamarisk" must be two capital letters, as in ISO 3166-1`,
	},
	"country-language": {
		`country.yaml:5:21: language "la" is not known: bodies have names in kk, ru, en`,
	},
	"country-name-missing": {
		"country.yaml:2:1: names.en is missing: every body is named in ru, en",
	},
	"country-week-day": {
		`country.yaml:8:1: "sunday" is no day: write sun, mon, tue, wed, thu, fri, sat`,
	},
	"country-week-hours": {
		`country.yaml:8:1: the hours from "08:00" to "7:00" must be a time of day and a later one, such as 09:00 and 18:30`,
	},
	"country-zone-missing": {
		"country.yaml:1:1: zone is missing: give an IANA name, such as Asia/Almaty",
	},
	"date": {
		`bodies/wells.yaml:7:13: valid_from "2024-02-30" is not a date: write it as 2024-12-31`,
	},
	"date-order": {
		"bodies/wells.yaml:8:11: valid_to lies before valid_from: exchange them",
	},
	"deadline-days": {
		"deadlines.yaml:4:9: days must be above 0, or left out when the law sets no period",
	},
	"deadline-decimal": {
		"deadlines.yaml:4:9: days must be a whole number",
	},
	"deadline-id-taken": {
		`deadlines.yaml:8:7: id "letters" is already in this file: give each rule its own`,
	},
	"deadline-overlap": {
		`deadlines.yaml:9:9: rules letters and letters_new for "appeal" hold on the same day: end one before the other begins`,
	},
	"deadline-unit": {
		`deadlines.yaml:5:9: unit "lunar" must be one of working, calendar`,
	},
	"deadline-words": {
		"deadlines.yaml:1:3: applies_to is missing: say what the period is for",
		`deadlines.yaml:2:9: kind "An appeal" must be a word in lower case, such as appeal or information`,
	},
	"duplicate-key": {
		`bodies/wells.yaml:7:1: key "level" is already in line 2: keep one of the two`,
	},
	"empty-file": {
		"bodies/wells.yaml:1:1: the file is empty: fill it or remove it",
	},
	"evidence-missing": {
		"bodies/wells.yaml:8:5: evidence is missing: say where this was seen, or that it is general knowledge",
	},
	"file-name": {
		"bodies/wells.yml: is not read: a registry has country.yaml, calendar.csv, deadlines.yaml, gaps.yaml, bodies/ID.yaml, fixtures/NAME and survey/; rename or remove it",
		"deadline.yaml: is not read: a registry has country.yaml, calendar.csv, deadlines.yaml, gaps.yaml, bodies/ID.yaml, fixtures/NAME and survey/; rename or remove it",
	},
	"gap-date": {
		`gaps.yaml:1:9: from "July" is not a date: write it as 2024-12-31`,
	},
	"gap-order": {
		"gaps.yaml:2:7: to lies before from: exchange them",
	},
	"gap-reason": {
		"gaps.yaml:1:3: reason is missing: say why nobody could be heard",
	},
	"id-not-file-name": {
		`bodies/wells.yaml:1:5: id "springs" is not the file's name: rename the file to springs.yaml, or the id to "wells"`,
	},
	"id-shape": {
		`bodies/wells.yaml:1:5: id "Wells & Springs" must begin with a letter and hold only a-z, 0-9, _ and -`,
	},
	"level": {
		`bodies/wells.yaml:2:8: level "federal" must be one of central, regional, local`,
	},
	"list-for-text": {
		"bodies/wells.yaml:3:7: type must be text, a single value",
	},
	"name-missing": {
		"bodies/wells.yaml:4:1: names.ru is missing: every body is named in ru, en",
	},
	"name-taken": {
		"bodies/wells.yaml:7:11: name is already one of body lighthouses at the same time: a page that prints it could mean either",
	},
	"no-value": {
		"bodies/wells.yaml:7:7: zone has no value: give one or leave the key out",
	},
	"not-yaml": {
		"bodies/wells.yaml:7:7: not readable as YAML: could not find end character of double-quoted text",
	},
	"number-for-text": {
		"bodies/wells.yaml:6:7: en must be text: put it in quotes",
	},
	"owner": {
		`bodies/wells.yaml:14:12: owner "Telegram FZ-LLC" must be a host name or a word in lower case`,
	},
	"platform-unknown": {
		`bodies/wells.yaml:9:15: platform "telegramm" is not known: it is one of alaveteli, bluesky, dataegov, dialog, discourse, disqus, epetition, facebook, feed, froide, govkz, instagram, legalacts, mastodon, ok, open311, qapage, selectors, telegram, tiktok, ukwq, vk, wordpress, x, youtube`,
	},
	"platform-without-parser": {
		`bodies/wells.yaml:9:15: platform "facebook" has no parser, so the source cannot be active: set status: import`,
	},
	"predecessor-later": {
		`bodies/wells.yaml:8:16: predecessor "lighthouses" begins on 2020-01-01, not before this body: correct one valid_from`,
	},
	"predecessor-self": {
		`bodies/wells.yaml:7:16: predecessor "wells" is the body itself or listed twice: remove it`,
	},
	"predecessor-unknown": {
		`bodies/wells.yaml:7:16: predecessor "springs" is no body of this registry: add bodies/springs.yaml or correct the id`,
	},
	"region-code": {
		`bodies/wells.yaml:8:8: iso "KZ-10" must be an ISO 3166-2 code, such as XT-10`,
	},
	"region-kind": {
		`bodies/wells.yaml:9:9: kind "" must be a word in lower case, such as oblast or city`,
	},
	"region-missing": {
		"bodies/wells.yaml:1:1: region is missing: a local body has one, with its ISO 3166-2 code and kind",
	},
	"region-seat": {
		`bodies/wells.yaml:10:9: seat "suburban" must be one of urban, rural`,
	},
	"second-document": {
		"bodies/wells.yaml:7:1: a second document begins here: a file holds one, move this one to a file of its own",
	},
	"site": {
		`bodies/wells.yaml:8:13: domain "https://wells.example/" must be a host name, such as example.org`,
	},
	"source-id-shape": {
		`bodies/wells.yaml:8:9: id "wells telegram" must begin with a letter and hold only a-z, 0-9, _ and -`,
	},
	"source-id-taken": {
		`bodies/wells.yaml:8:9: source id "lighthouses-telegram" is already one of body lighthouses: give each source its own`,
	},
	"status": {
		`bodies/wells.yaml:11:13: status "paused" must be one of active, blocked, import, retired`,
	},
	"survey-beside": {
		`survey/attention.csv:2:20: beside "local," must be of central, regional, local, each once and with one space between two, or empty`,
		`survey/attention.csv:3:20: beside "local" must be of central, regional, local, each once and with one space between two, or empty`,
	},
	"survey-columns": {
		"survey/mentions.csv:1:1: the first line must be theme,category,frequency,beside",
	},
	"survey-empty": {
		"survey/groups.csv:1:1: the table has no row: fill it or remove the file",
	},
	"survey-file": {
		"survey/rumours.csv: is not read: a survey has study.yaml, awareness.csv, attention.csv, groups.csv, mentions.csv and principles.csv; rename or remove it",
	},
	"survey-number": {
		`survey/awareness.csv:2:7: percent "40,5" must be a number with a decimal point, not negative`,
		`survey/awareness.csv:3:9: percent "140" must not be more than 100`,
		`survey/awareness.csv:4:9: percent "-1" must be a number with a decimal point, not negative`,
		`survey/awareness.csv:5:9: percent "NaN" must be a number with a decimal point, not negative`,
	},
	"survey-row": {
		"survey/groups.csv:2:1: location is missing",
		`survey/groups.csv:2:2: settlement "desert" must be one of urban, rural`,
		`survey/groups.csv:2:14: "1.2.2024" is not a date: write it as 2024-12-31`,
		`survey/groups.csv:2:23: participants "few" must be a whole number`,
		`survey/groups.csv:2:27: hours "-2" must be a number with a decimal point, not negative`,
	},
	"survey-study": {
		"survey/study.yaml:1:11: citation is missing: name authors, title and year of the study",
		`survey/study.yaml:2:8: asked "February" must be the month of the survey, as 2021-08`,
		`survey/study.yaml:3:12: discussed "2024-13" must be the month of the focus groups, as 2021-08`,
		"survey/study.yaml:4:14: respondents must be the number of people asked, not 0",
	},
	"survey-study-missing": {
		"survey/study.yaml: is missing: what people said is told with who asked them, when and how many",
	},
	"survey-sum": {
		"survey/principles.csv:2:12: yes, no and unknown add to 101 percent, not to 100",
	},
	"survey-twice": {
		`survey/mentions.csv:4:1: "Lamps, Wicks" is listed twice: keep one`,
	},
	"survey-words": {
		"survey/mentions.csv:2:7: category is missing",
		`survey/mentions.csv:2:10: beside "Oil lamps" must be the id of a theme in lower case, or empty`,
	},
	"text-for-keys": {
		"bodies/wells.yaml:7:11: sources[0] must be a set of keys: id, platform, url, owner, zone, shared, status, allow_loopback, browser, confidence, evidence, valid_from, valid_to, note, selectors",
	},
	"text-for-list": {
		"bodies/wells.yaml:7:10: aliases must be a list: begin each entry with a dash",
	},
	"text-for-truth": {
		"bodies/wells.yaml:14:13: shared must be true or false",
	},
	"type": {
		`bodies/wells.yaml:1:1: type "" must be a word in lower case, such as ministry or akimat`,
	},
	"unknown-key": {
		`bodies/wells.yaml:3:1: unknown key "typ": the keys here are id, level, type, names, aliases, region, zone, valid_from, valid_to, predecessors, note, sites, sources, accounts, keys, statements`,
	},
	"unknown-key-nested": {
		`bodies/wells.yaml:9:5: unknown key "platfrom": the keys here are id, platform, url, owner, zone, shared, status, allow_loopback, browser, confidence, evidence, valid_from, valid_to, note, selectors`,
	},
	"url-fragment": {
		"bodies/wells.yaml:10:10: url must not have a fragment: remove #top",
	},
	"url-loopback": {
		"bodies/wells.yaml:10:10: 127.0.0.1 is this machine: if that is meant, set allow_loopback: true",
	},
	"url-missing": {
		`bodies/wells.yaml:8:5: url "" must be a whole address that begins with https:// or http://`,
	},
	"url-of-another-platform": {
		"bodies/wells.yaml:10:10: url is not an address of platform telegram: vk.example is not t.me",
	},
	"url-password": {
		"bodies/wells.yaml:10:10: url must not hold a user or password: a registry is public",
	},
	"url-relative": {
		`bodies/wells.yaml:10:10: url "t.me/tamarisk_wells_test" must be a whole address that begins with https:// or http://`,
	},
	"url-secret": {
		"bodies/wells.yaml:10:10: url must not hold a secret: remove the parameter access_token, a registry is public",
	},
	"url-taken": {
		"bodies/wells.yaml:10:10: url is already a source of body lighthouses at the same time: remove one, or end one before the other begins",
	},
	"zone": {
		`bodies/wells.yaml:7:7: zone "Asia/Atlantis" is not known: give an IANA name, such as Asia/Almaty`,
	},
}
