module example.com/voice/voicetag

go 1.27
