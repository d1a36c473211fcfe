namespace Padron.Api.Configuration;

/// <summary>What an installation keeps outside the database.</summary>
sealed record StorageOptions
{
    /// <summary>
    /// Private server, contact key, files of background extractions and lock files. As root the private server runs as an unprivileged user, who must be
    /// able to reach it.
    /// </summary>
    /// <value>Directory; default <c>/var/lib/padron</c> as root, else <c>.padron</c> in the current directory.</value>
    [Setting("DATA_DIR", Unit = "directory", Default = "`/var/lib/padron` as root, else `.padron` in the current directory")]
    public string? DataDirectory { get; init; }

    /// <summary>
    /// The key that makes a contact's id from its number. Mode 0600; made by <c>padron init</c>; belongs into every backup; never changes.
    /// </summary>
    /// <value>File; default <c>contact.key</c> in the data directory.</value>
    [Setting("CONTACT_KEY_FILE", Unit = "file", Default = "`contact.key` in the data directory")]
    public string? ContactKeyFile { get; init; }

    /// <summary>Where an import puts its backups, unless the command names another place. They hold every number and name: only their owner can read them.</summary>
    /// <value>Directory; default <c>backups</c> in the data directory.</value>
    [Setting("BACKUP_DIR", Unit = "directory", Default = "`backups` in the data directory")]
    public string? BackupDirectory { get; init; }
}
