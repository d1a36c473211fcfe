namespace Padron.Integration.Tests.Imports;

/// <summary>The file after a sample: a tenth of its numbers are new, and of the others a tenth have another name.</summary>
sealed class NextFile : IDisposable
{
    readonly ContactFile file = new();

    /// <param name="known">The sample.</param>
    /// <param name="mark">What stands before the names that change.</param>
    /// <param name="firstNew">The first of the new numbers.</param>
    public NextFile(string known, string mark = "SRA", long firstNew = 8112000000)
    {
        file.Execute(
            """
            attach $0 as known;
            insert into numeros select * from known.numeros;
            update numeros set numero = $1 + id, campo1_original = null where id % 10 = 0;
            update numeros set nombre = $2 || ' ' || coalesce(nombre, 'PEÑA'), direccion = null where id % 100 between 1 and 9
            """,
            known, firstNew, mark);
    }

    public string Path => file.Path;

    public void Execute(string sql) => file.Execute(sql);

    public void Dispose() => file.Dispose();
}
