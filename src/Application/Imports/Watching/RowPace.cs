namespace Padron.Application.Imports.Watching;

/// <summary>Rows a second over the last moments.</summary>
sealed class RowPace(TimeProvider clock)
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    readonly Queue<(long At, long Rows)> samples = new();

    /// <param name="rows">Read so far; fewer than before begin anew.</param>
    public void Add(long rows)
    {
        if (samples.Count > 0 && samples.Last().Rows > rows)
            samples.Clear();
        samples.Enqueue((clock.GetTimestamp(), rows));
        while (samples.Count > 2 && clock.GetElapsedTime(samples.ElementAt(1).At) > Window)
            samples.Dequeue();
    }

    /// <summary>Null before there are two moments to compare.</summary>
    public long? PerSecond
    {
        get
        {
            if (samples.Count < 2)
                return null;
            var (first, last) = (samples.Peek(), samples.Last());
            var seconds = clock.GetElapsedTime(first.At, last.At).TotalSeconds;
            return seconds > 0 ? (long)((last.Rows - first.Rows) / seconds) : null;
        }
    }
}
