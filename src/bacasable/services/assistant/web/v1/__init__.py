"""The programming interface: the part of OpenAI's and of the Albert API that a cited assistant can honour.

Shapes are those of https://platform.openai.com/docs/api-reference and of OpenGateLLM (the Albert API), so
that their clients work. Keys only: a session of the site counts for nothing here.
"""
