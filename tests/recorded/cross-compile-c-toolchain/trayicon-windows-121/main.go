package main

import (
	"database/sql"
	"log"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		log.Fatalf("open database: %v", err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE icons (id INTEGER PRIMARY KEY, name TEXT)"); err != nil {
		log.Fatalf("migrate: %v", err)
	}
	log.Println("icons: schema ready")
}
