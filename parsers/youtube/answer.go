package youtube

// answer is a page of a list, as far as it is read. What its items are depends on
// the call; all of them have an id and a snippet.
type answer struct {
	Error    *failure `json:"error"`
	NextPage string   `json:"nextPageToken"`
	Items    []entry  `json:"items"`
	PageInfo pageInfo `json:"pageInfo"`
}

// pageInfo counts the whole of a playlist, but only the page of comments.
type pageInfo struct {
	TotalResults *int `json:"totalResults"`
}

// entry is a channel, a video of a playlist, a comment with some of the replies
// to it, or a reply.
type entry struct {
	ID      string  `json:"id"`
	Snippet snippet `json:"snippet"`

	ContentDetails struct {
		VideoID          string `json:"videoId"`
		VideoPublishedAt string `json:"videoPublishedAt"` // absent when the video is gone
		RelatedPlaylists struct {
			Uploads string `json:"uploads"`
		} `json:"relatedPlaylists"` // of a channel
	} `json:"contentDetails"`

	Replies struct {
		Comments []entry `json:"comments"`
	} `json:"replies"` // of a thread: at most five
}

type snippet struct {
	// Of a video.
	Title       string `json:"title"`
	Description string `json:"description"`
	Owner       string `json:"videoOwnerChannelId"`

	// Of a thread.
	TopLevelComment *entry `json:"topLevelComment"`
	TotalReplyCount int    `json:"totalReplyCount"`

	// Of a comment or reply.
	VideoID     string `json:"videoId"`
	ParentID    string `json:"parentId"`
	TextDisplay string `json:"textDisplay"` // HTML unless the call says otherwise
	Text        string `json:"textOriginal"`
	AuthorName  string `json:"authorDisplayName"`
	Author      struct {
		Value string `json:"value"`
	} `json:"authorChannelId"` // absent when the account is gone
	PublishedAt string `json:"publishedAt"`
	UpdatedAt   string `json:"updatedAt"`

	ChannelID string `json:"channelId"` // whose video or channel it is; often absent
}
