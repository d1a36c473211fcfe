namespace Padron.Domain.Imports;

/// <summary>What was asked for when an import began. It holds for whoever resumes it.</summary>
/// <param name="DryRun">Stop after the sample, with an estimate.</param>
/// <param name="KeepPartial">After a critical failure keep what is there instead of rolling back.</param>
/// <param name="BackUpBefore">Back up the source, and the database if it is not empty.</param>
/// <param name="BackUpAfter">Back up the database when the import is complete and valid.</param>
/// <param name="BackUpEvery">Save the events that came since, every so many rows; null for never.</param>
/// <param name="BackupDirectory">Where the backups of imports go, a full path; null when there are to be none.</param>
/// <param name="Mapping">Other names of tables and columns; null when the file has the usual ones.</param>
public sealed record ImportOrder(
    bool DryRun, bool KeepPartial, bool BackUpBefore, bool BackUpAfter, long? BackUpEvery, string? BackupDirectory, SourceMapping? Mapping = null)
{
    /// <summary>Where one import's backups go.</summary>
    public string? DirectoryOf(Guid importId) => BackupDirectory is null ? null : Path.Combine(BackupDirectory, $"import-{importId}");
}
