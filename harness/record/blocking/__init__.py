"""What would the visitor's ad blocker do with this request, and how is a browser made to do the same?"""
