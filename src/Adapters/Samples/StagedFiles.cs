namespace Padron.Adapters.Samples;

/// <summary>Files that get their names when all are finished; until then, and when it fails, none of them is seen.</summary>
sealed class StagedFiles : IDisposable
{
    readonly string[] names;
    readonly bool overwrite;

    /// <exception cref="IOException">A file exists and may not be overwritten, or two names are one file.</exception>
    public StagedFiles(bool overwrite, params string[] names)
    {
        this.names = [.. names.Select(Path.GetFullPath)];
        this.overwrite = overwrite;
        if (this.names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Length)
            throw new IOException("The database, the plan and the truth of a sample need three different files.");
        if (!overwrite && Array.Find(names, File.Exists) is { } taken)
            throw new IOException($"{taken} exists already and is left as it is. Choose another file, or ask for it to be overwritten.");

        DeleteUnfinished(); // a killed run leaves its own behind
    }

    /// <summary>Where to write the file meanwhile: beside its place, so that finishing is a rename.</summary>
    public static string Unfinished(string name) => $"{Path.GetFullPath(name)}.unfinished";

    public void Finish()
    {
        foreach (var name in names)
            File.Move(Unfinished(name), name, overwrite);
    }

    public void Dispose() => DeleteUnfinished();

    void DeleteUnfinished()
    {
        foreach (var name in names)
            File.Delete(Unfinished(name));
    }
}
