namespace Padron.Application.Extractions;

/// <summary>How many contacts the next transaction takes. Whoever cancels waits for the one that runs, so none shall take longer than a second.</summary>
/// <param name="largest">Where the database is quick: from here on larger ones gain nothing.</param>
sealed class BatchPace(int largest)
{
    static readonly TimeSpan Aim = TimeSpan.FromSeconds(1);

    /// <summary>Begins with a fifth, which says how quick the database is.</summary>
    public int Size { get; private set; } = Math.Max(largest / 5, 1);

    public void Took(TimeSpan time) =>
        Size = time > Aim ? Math.Max(Size / 2, 1)
            : time < Aim / 4 ? Math.Min(Size * 2, largest)
            : Size;
}
