// Package api has what the parsers of JSON APIs share beyond jsonpage, stamp and
// weburl: the address of a call ([Call]) and of a place in a [Collection], and a
// result in which everything stands once ([Reading]).
//
// What an answer means is for each platform's parser to say; nothing here knows
// a platform.
package api
