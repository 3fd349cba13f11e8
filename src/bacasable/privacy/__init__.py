"""The privacy techniques, as code: no law, no web. Each is measured beside its peers under benchmarks/.

``redaction`` finds and replaces personal data in text and files, ``pseudonyms`` gives one pseudonym a person
and a purpose, ``disclosure`` makes tables releasable, ``attacks`` measures what remains.
"""
