-- Amazon CloudWatch. A metric is a namespace, a name and a set of dimensions; its number stands in
-- its points, so that a point is a few bytes. A point is a datum as it was put.
CREATE TABLE metrics (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    namespace TEXT NOT NULL,
    metric_name TEXT NOT NULL,
    dimensions BLOB NOT NULL,       -- packed by dimensions.c, sorted by name
    last_put INTEGER NOT NULL,      -- microseconds since 1970
    UNIQUE (account, region, namespace, metric_name, dimensions)
);

CREATE TABLE points (
    metric INTEGER NOT NULL REFERENCES metrics,
    timestamp INTEGER NOT NULL,     -- seconds since 1970, rounded down to the storage resolution
    sequence INTEGER NOT NULL,      -- tells points of one instant apart
    unit TEXT NOT NULL,
    data BLOB NOT NULL,             -- packed by point.c
    PRIMARY KEY (metric, timestamp, sequence)
) WITHOUT ROWID;
