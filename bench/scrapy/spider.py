"""The spider that Scrapy's tutorial leads to, for the pages of the bench.

scrapy runspider spider.py -a base=URL -a channels=A,B -s CONCURRENT_REQUESTS=16 \
    -s CONCURRENT_REQUESTS_PER_DOMAIN=16 -s LOG_LEVEL=ERROR -O items.jsonl
"""

import scrapy


class Channels(scrapy.Spider):
    name = "channels"

    def __init__(self, base, channels, **more):
        super().__init__(**more)
        self.base = base
        self.start_urls = [f"{base}/s/{name}" for name in channels.split(",")]

    def parse(self, response):
        for href in response.css('link[rel="prev"]::attr(href)').getall():
            yield scrapy.Request(self.base + href)
        for message in response.css(".tgme_widget_message"):
            post = message.attrib["data-post"]
            author = "".join(message.css(".tgme_widget_message_owner_name ::text").getall())
            yield self.item(post, author, message)
            address = f"{self.base}/{post}?embed=1&discussion=1&comments_limit=50"
            yield scrapy.Request(address, self.comments, cb_kwargs={"post": post})

    def comments(self, response, post):
        for message in response.css(".tgme_widget_message"):
            name = ".tgme_widget_message_author .tgme_widget_message_author_name"
            author = "".join(message.css(name)[0].css("::text").getall())
            yield self.item(f"{post}?comment={message.attrib['data-post-id']}", author, message)

    @staticmethod
    def item(id, author, message):
        return {
            "id": id,
            "time": message.css(".tgme_widget_message_date time::attr(datetime)").get(),
            "author": author,
            "text": "".join(message.css(".js-message_text ::text").getall()),
        }
