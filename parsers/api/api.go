// Package api has what the parsers of JSON APIs share: the address of a call
// without its secrets ([Call]), the answer or why there is none ([Decode]), its
// times as spans ([Clock]), and a result in which everything stands once
// ([Reading]).
//
// What an answer means is for each platform's parser to say; nothing here knows
// a platform.
package api
