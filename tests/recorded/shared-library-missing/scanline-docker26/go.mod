module example.com/ocr/scanline

go 1.27
