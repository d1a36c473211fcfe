using System.Globalization;
using Padron.Benchmarks.Harness;
using Padron.Benchmarks.Reference;

namespace Padron.Benchmarks;

/// <summary>One opt-out after the other, in process: an event on the contact's stream beside an update of a flat row, which keeps no history.</summary>
static class OptOutBench
{
    public const string Area = "opt-out";

    const int Rounds = 5;

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        await using var reference = await ReferenceTables.CreateAsync(register);
        var count = (int)Math.Min(500, bench.Rows / 100);
        var contacts = await Contacts.ChooseAsync(register, 2 * Rounds * count);
        var series = new Series(Area, "opt out, in process", "contacts");
        await Series.AlternateAsync(Rounds, (series.Measured, AppendAsync), (series.Beside("updating one row of a flat copy"), UpdateAsync));
        bench.Add(series.ToFigure());
        await register.CatchUpAsync();

        async Task<double> AppendAsync()
        {
            foreach (var phone in contacts.Take(count))
                await contacts.OptOutAsync(phone);
            return count;
        }

        async Task<double> UpdateAsync()
        {
            foreach (var phone in contacts.Take(count))
                await reference.OptOutAsync(phone.MexicanNational.ToString(CultureInfo.InvariantCulture));
            return count;
        }
    }
}
