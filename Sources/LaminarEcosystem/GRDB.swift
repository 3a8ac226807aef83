// The only file that imports GRDB, under the trait of that name.
// The checkpoint inside of the transaction of a GRDB `DatabaseWriter` stands here; it comes with checkpoint stores, over
// the raw SQLite handle.

#if GRDB
    internal import GRDB
#endif
