/// A table whose rows may come with something that a person should know: a cluster that couldn't be reached, say.
package protocol NoticedTable: QueryTable {
    /// One sentence each; complete once a scan has ended.
    var notices: [String] { get }
}
