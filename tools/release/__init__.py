"""Make a release: version, changelog, tag, wheel, image, and what is in them.

Not here: how the image is made (deploy/image/build).
"""
