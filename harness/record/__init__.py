"""What happens when somebody visits the site: the browser, the network between, and the evidence they leave?"""
