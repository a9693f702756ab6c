module example.com/search/indexer

go 1.27
