module example.com/survey/pollster

go 1.27

require github.com/go-chi/chi/v5 v5.0.7
