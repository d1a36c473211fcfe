using System.Diagnostics;

namespace Padron.Integration.Tests.Fixture;

/// <summary>Waits for what another connection, task or process will make true: for the condition, never for time.</summary>
public static class Eventually
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <param name="condition">Asked again and again until it says yes.</param>
    /// <param name="what">Completes the sentence "waited in vain until …".</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > Deadline)
                throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }
}
