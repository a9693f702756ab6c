require('https').get('https://internal.example.com/', (r) => console.log(r.statusCode));
