"""What scripts of other origins may send to the API, and read in its answers."""

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
SENT = [
    *("accept", "authorization", "content-type", "if-none-match"),
    *("x-http-method-override", "x-goog-upload-command", "x-goog-upload-content-type"),
    *("x-goog-upload-file-name", "x-goog-upload-header-content-length"),
    *("x-goog-upload-offset", "x-goog-upload-protocol", "x-goog-upload-raw-size"),
]
READ = [
    *("ETag", "Retry-After", "WWW-Authenticate", "X-Goog-Upload-Chunk-Granularity"),
    *("X-Goog-Upload-Control-URL", "X-Goog-Upload-Size-Received"),
    *("X-Goog-Upload-Status", "X-Goog-Upload-URL"),
]
