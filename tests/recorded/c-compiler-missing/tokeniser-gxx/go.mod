module example.com/nlp/tokeniser

go 1.24
